import JobTransport
import Testing

@Suite struct AdmissionQueueTests {
    private typealias Queue = AdmissionQueue<String>

    private func admitAll(_ queue: inout Queue) -> [Queue.Admission] {
        var admitted: [Queue.Admission] = []
        while let admission = queue.admit() { admitted.append(admission) }
        return admitted
    }

    private func queue(_ items: String..., maximum: Int = 10, perOrigin: Int = 10) -> Queue {
        var queue = Queue(maximum: maximum, maximumPerOrigin: perOrigin)
        for item in items { queue.enqueue(item, origin: String(item.prefix(1))) }
        return queue
    }

    @Test func `origins take turns and each keeps its order`() {
        var queue = queue("a1", "a2", "a3", "b1", "b2")
        #expect(admitAll(&queue).map(\.item) == ["a1", "b1", "a2", "b2", "a3"])
    }

    @Test func `a full origin waits while others run`() {
        var queue = queue("a1", "a2", "b1", perOrigin: 1)
        let admitted = admitAll(&queue)
        #expect(admitted.map(\.item) == ["a1", "b1"])
        queue.release(place: admitted[1].place)
        #expect(admitAll(&queue).isEmpty)
        queue.release(place: admitted[0].place)
        #expect(admitAll(&queue).map(\.item) == ["a2"])
    }

    @Test func `the limit of all holds for everyone together`() {
        var queue = queue("a1", "a2", "a3", "b1", maximum: 2)
        let admitted = admitAll(&queue)
        #expect(admitted.map(\.item) == ["a1", "b1"])
        #expect(queue.waiting == ["a2", "a3"])
        queue.release(place: admitted[1].place)
        #expect(admitAll(&queue).map(\.item) == ["a2"])
    }

    @Test func `it is idle again when everything has ended, over many origins`() {
        var queue = Queue(maximum: 3, maximumPerOrigin: 2)
        var ended = 0
        for round in 0..<10 {
            for number in 0..<500 { queue.enqueue("x", origin: "\(round) \(number)") }
            while let admission = queue.admit() {
                queue.release(place: admission.place)
                ended += 1
            }
        }
        #expect(ended == 5000)
        #expect(queue.isIdle)
    }
}
