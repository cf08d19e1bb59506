import JobTransport
import Testing

@Suite struct AdmissionQueueTests {
    private func admitAll(_ queue: inout AdmissionQueue<String>) -> [String] {
        var admitted: [String] = []
        while let item = queue.admit() { admitted.append(item) }
        return admitted
    }

    @Test func `origins take turns and each keeps its order`() {
        var queue = AdmissionQueue<String>(maximum: 10, maximumPerOrigin: 10)
        for item in ["a1", "a2", "a3", "b1", "b2"] { queue.enqueue(item, origin: String(item.prefix(1))) }
        #expect(admitAll(&queue) == ["a1", "b1", "a2", "b2", "a3"])
    }

    @Test func `a full origin waits while others run`() {
        var queue = AdmissionQueue<String>(maximum: 10, maximumPerOrigin: 1)
        for item in ["a1", "a2", "b1"] { queue.enqueue(item, origin: String(item.prefix(1))) }
        #expect(admitAll(&queue) == ["a1", "b1"])
        queue.release(origin: "b")
        #expect(admitAll(&queue) == [])
        queue.release(origin: "a")
        #expect(admitAll(&queue) == ["a2"])
    }

    @Test func `the limit of all holds for everyone together`() {
        var queue = AdmissionQueue<String>(maximum: 2, maximumPerOrigin: 2)
        for item in ["a1", "a2", "a3", "b1"] { queue.enqueue(item, origin: String(item.prefix(1))) }
        #expect(admitAll(&queue) == ["a1", "b1"])
        #expect(queue.waiting == ["a2", "a3"])
        queue.release(origin: "b")
        #expect(admitAll(&queue) == ["a2"])
    }

    @Test func `it is idle again when everything has ended`() {
        var queue = AdmissionQueue<String>(maximum: 3, maximumPerOrigin: 2)
        for number in 0..<500 { queue.enqueue("\(number)", origin: "\(number % 7)") }
        var ended = 0
        while let item = queue.admit(), let number = Int(item) {
            queue.release(origin: "\(number % 7)")
            ended += 1
        }
        #expect(ended == 500)
        #expect(queue.isIdle)
    }
}
