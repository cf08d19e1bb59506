import JobCore
import JobTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct ManualTimeTests {
    let time = ManualTime()

    @Test func `it stands still until it is moved`() {
        let start = time.now
        #expect(time.source.now == start)
        time.advance(by: .seconds(5))
        #expect(time.source.now == start + .seconds(5))
        #expect(time.source.uptime == .seconds(5))
        time.advance(by: .seconds(-5))
        #expect(time.now == start + .seconds(5))
    }

    @Test func `sleepers wake when their time has come, and not before`() async throws {
        let woken = EventLog<Int>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seconds in [3, 1, 2] {
                group.addTask {
                    try await time.source.sleep(for: .seconds(seconds))
                    woken.record(seconds)
                }
            }
            try await time.waitForSleepers(3)
            let start = time.now
            #expect(time.sleepers == [1, 2, 3].map { start + .seconds($0) })
            time.advance(by: .seconds(1) - .microseconds(1))
            #expect(time.sleepers.count == 3)
            time.advance(by: .microseconds(1))
            #expect(try await woken.wait(for: 1) == [1])
            #expect(time.advanceToNextSleeper() == start + .seconds(2))
            #expect(try await woken.wait(for: 2) == [1, 2])
            time.advance(to: start + .seconds(60))
            #expect(try await woken.wait(for: 3) == [1, 2, 3])
            #expect(time.advanceToNextSleeper() == nil)
            try await group.waitForAll()
        }
    }

    @Test func `a cancelled sleeper throws at once and is gone`() async throws {
        let sleeper = Task { try await time.source.sleep(for: .seconds(60)) }
        try await time.waitForSleepers()
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
        #expect(time.sleepers.isEmpty)
    }

    @Test func `a sleep in a cancelled task throws at once`() async throws {
        let gate = Gate()
        let sleeper = Task {
            await gate.waitIgnoringCancellation()
            try await time.source.sleep(for: .seconds(60))
        }
        sleeper.cancel()
        gate.open()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
        #expect(time.sleepers.isEmpty)
    }

    @Test func `waiting for sleepers ends when the waiter is cancelled`() async {
        let waiter = Task { try await time.waitForSleepers(5) }
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
    }

    @Test func `only sleepers that wake by a time are counted when that is asked`() async throws {
        let sleepers = [10, 100].map { seconds in Task { try await time.source.sleep(for: .seconds(seconds)) } }
        try await time.waitForSleepers(2)
        try await time.waitForSleepers(1, dueBy: time.now + .seconds(10))
        for sleeper in sleepers { sleeper.cancel() }
    }

    @Test func `setting the clock wakes nobody and moves no uptime`() async throws {
        let sleeper = Task { try await time.source.sleep(for: .seconds(10)) }
        try await time.waitForSleepers()
        let start = time.now
        time.setClock(to: start + .seconds(3_600))
        #expect(time.source.uptime == .zero)
        #expect(time.sleepers == [start + .seconds(3_610)])
        time.setClock(to: start - .seconds(3_600))
        time.advance(by: .seconds(10))
        try await sleeper.value
    }

    @Test func `a thousand sleepers and advances race without losing one`() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<1_000 {
                group.addTask { try await time.source.sleep(for: .seconds(index % 7 + 1)) }
            }
            for _ in 0..<10 { group.addTask { time.advance(by: .milliseconds(100)) } }
            group.addTask {
                var woken = 0
                while woken < 1_000 {
                    try await time.waitForSleepers()
                    let before = time.sleepers.count
                    time.advance(by: .seconds(8))
                    woken += before
                }
            }
            for _ in 0..<1_000 { try await group.next() }
            group.cancelAll()
        }
        #expect(time.sleepers.isEmpty)
    }

    @Test func `seeded randomness repeats, and is the published generator`() {
        var one = SeededRandom(seed: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        ]
        #expect((0..<3).map { _ in one.next() } == expected)
        let source = RandomSource.seeded(1_234_567)
        #expect((0..<3).map { _ in source.next() } == expected)
        #expect((0..<1_000).allSatisfy { _ in (0..<1).contains(source.unit()) })
    }
}
