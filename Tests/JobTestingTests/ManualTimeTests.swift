import JobCore
import JobTesting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ManualTimeTests {
    @Test func `advancing to the next sleeper wakes it, also one between two microseconds`() async throws {
        let time = ManualTime()
        async let slept: Void = time.source.sleep(for: .nanoseconds(1_500))
        try await time.waitForSleepers()
        time.advanceToNextSleeper()
        try await slept
        #expect(time.source.uptime == .microseconds(2))
    }

    @Test func `a source with an offset shows another wall clock and sleeps the same`() async throws {
        let time = ManualTime()
        let late = time.source(clockOffset: .seconds(-60))
        #expect(time.now - late.now == .seconds(60))
        async let slept: Void = late.sleep(for: .seconds(1))
        try await time.waitForSleepers()
        time.advance(by: .seconds(1))
        try await slept
        #expect(late.uptime == .seconds(1))
    }
}
