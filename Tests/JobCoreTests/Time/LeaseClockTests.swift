import JobCore
import JobTesting
import Testing

@Suite struct LeaseClockTests {
    let time = ManualTime()

    @Test func `a clock that runs steadily gives leases its own time`() {
        let clock = LeaseClock(time.source)
        for seconds in [0, 1, 3_600, 86_400] {
            time.advance(by: .seconds(seconds))
            let reading = clock.read()
            #expect(reading == LeaseClock.Reading(now: time.now))
            #expect(reading.end(of: time.now - .seconds(1)) == time.now - .seconds(1))
        }
    }

    @Test func `after a step forward leases go on as if there were none, until their workers had time to renew them`() {
        let clock = LeaseClock(time.source)
        let before = time.now
        time.advance(by: .seconds(5))
        time.setClock(to: time.now + .seconds(86_400))
        let reading = clock.read()
        #expect(reading.now == time.now)
        #expect(reading.leases == before + .seconds(5))
        // What was over stays so; what was not ends later, at the latest with the time of grace.
        #expect(reading.end(of: before + .seconds(4)) == before + .seconds(4))
        #expect(reading.end(of: before + .seconds(30)) == time.now + .seconds(25))
        #expect(reading.end(of: before + .seconds(600)) == time.now + LeaseClock.grace)
        #expect(reading.end(of: time.now + .seconds(30)) == time.now + .seconds(30))
        time.advance(by: LeaseClock.grace - .seconds(1))
        #expect(clock.read().leases == before + .seconds(4) + LeaseClock.grace)
        time.advance(by: .seconds(1))
        #expect(clock.read() == LeaseClock.Reading(now: time.now))
    }

    @Test func `while leases have a time of their own, the end of a grace lies ahead of the clock`() {
        let clock = LeaseClock(time.source)
        time.setClock(to: time.now + .seconds(3_600))
        _ = clock.read()
        time.advance(by: LeaseClock.grace - .microseconds(1))
        let last = clock.read()
        #expect(last.leases < last.now && last.now < last.end(of: last.now))
        time.advance(by: .nanoseconds(700))
        #expect(clock.read() == LeaseClock.Reading(now: time.now))
    }

    @Test func `a second step adds to the first, and one back takes from it`() {
        let clock = LeaseClock(time.source)
        let before = time.now
        time.setClock(to: before + .seconds(100))
        #expect(clock.read().leases == before)
        time.setClock(to: before + .seconds(300))
        #expect(clock.read().leases == before)
        time.setClock(to: before + .seconds(200))
        #expect(clock.read().leases == before)
        time.setClock(to: before - .seconds(50))
        #expect(clock.read() == LeaseClock.Reading(now: before - .seconds(50)))
    }

    @Test func `small corrections are no step`() {
        let clock = LeaseClock(time.source)
        time.setClock(to: time.now + .milliseconds(900))
        #expect(clock.read() == LeaseClock.Reading(now: time.now))
    }
}
