import JobCore
import Testing

/// Ids that are made without saying of what.
@Suite(.timeLimit(.minutes(1)))
struct NewJobIDTests {
    @Test("ids made at the same time by many tasks are all different, and UUIDs of version 7")
    func distinct() async {
        let ids = await withTaskGroup(of: [JobID].self) { group in
            for _ in 0..<8 { group.addTask { (0..<2_000).map { _ in JobID() } } }
            return await group.reduce(into: []) { $0 += $1 }
        }
        // Without the time: only the random part keeps apart what is made in the same quarter of a microsecond.
        #expect(Set(ids.map(\.low)).count == 16_000)
        #expect(ids.allSatisfy { $0.high >> 12 & 0xF == 7 && $0.low >> 62 == 2 })
        // Each random bit is set in about half of them.
        for bit in 0..<62 {
            let count = ids.count { $0.low >> bit & 1 == 1 }
            #expect((7_000...9_000).contains(count), "bit \(bit) is set in \(count) of 16000")
        }
    }
}
