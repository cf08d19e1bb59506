import JobAWS
import JobCore
import JobTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct CachedCredentialsTests {
    let time = FastTime()

    @Test func keepsThemUntilFifteenMinutesBeforeTheEnd() async throws {
        let provider = CountingProvider(life: .seconds(3_600), time: time)
        let cache = CachedCredentials(provider, time: time.source)
        #expect(try await cache.credentials().accessKeyID == "AKID1")
        time.advance(by: .seconds(44 * 60))
        #expect(try await cache.credentials().accessKeyID == "AKID1")
        time.advance(by: .seconds(61))
        #expect(try await cache.credentials().accessKeyID == "AKID2")
    }

    @Test func oneCallerRenewsEarlyWhileOthersGoOn() async throws {
        let gate = Gate()
        let provider = SwitchedProvider(time: time, gate: gate)
        let cache = CachedCredentials(provider, time: time.source)
        _ = try await cache.credentials()
        time.advance(by: .seconds(46 * 60))
        async let renewer = cache.credentials()
        try await gate.waitForArrivals(1)
        // While it waits, ten others get the old ones at once.
        for _ in 0..<10 { #expect(try await cache.credentials().accessKeyID == "AKID1") }
        gate.open()
        #expect(try await renewer.accessKeyID == "AKID2")
        #expect(try await cache.credentials().accessKeyID == "AKID2")
        #expect(provider.asked == 2)
    }

    @Test func allWaitForTheOneWhoRenewsWhenTheEndIsNear() async throws {
        let gate = Gate()
        let provider = SwitchedProvider(time: time, gate: gate)
        let cache = CachedCredentials(provider, time: time.source)
        _ = try await cache.credentials()
        time.advance(by: .seconds(51 * 60))
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 { group.addTask { try await cache.credentials().accessKeyID } }
            try await gate.waitForArrivals(1)
            gate.open()
            for try await key in group { #expect(key == "AKID2") }
        }
        #expect(provider.asked == 2)
    }

    @Test func whoGivesUpWaitingDoesNotStopTheRenewal() async throws {
        let gate = Gate()
        let provider = SwitchedProvider(time: time, gate: gate)
        let cache = CachedCredentials(provider, time: time.source)
        _ = try await cache.credentials()
        time.advance(by: .seconds(55 * 60))
        let renewer = Task { try await cache.credentials() }
        try await gate.waitForArrivals(1)
        async let other = cache.credentials()
        renewer.cancel()
        gate.open()
        #expect(try await other.accessKeyID == "AKID2")
        await #expect(throws: CancellationError.self) { try await renewer.value }
        #expect(provider.asked == 2)
    }

    @Test func goesOnWithTheOldOnesWhenRenewingFails() async throws {
        let provider = CountingProvider(life: .seconds(3_600), time: time)
        provider.fail(at: 2)
        let cache = CachedCredentials(provider, time: time.source)
        _ = try await cache.credentials()
        time.advance(by: .seconds(50 * 60 + 1))
        #expect(try await cache.credentials().accessKeyID == "AKID1")
        #expect(try await cache.credentials().accessKeyID == "AKID1")
        #expect(provider.asked == 2)
        time.advance(by: .seconds(61))
        #expect(try await cache.credentials().accessKeyID == "AKID3")
    }

    @Test func tellsOfTheFailureWhenNothingIsLeft() async throws {
        let provider = CountingProvider(life: .seconds(3_600), time: time)
        provider.fail(at: 2)
        let cache = CachedCredentials(provider, time: time.source)
        _ = try await cache.credentials()
        time.advance(by: .seconds(3_601))
        await #expect(throws: CredentialTrouble.self) { try await cache.credentials() }
        #expect(try await cache.credentials().accessKeyID == "AKID3")
    }

    @Test func shortLivesAreNotRenewedAtEachCall() async throws {
        let provider = CountingProvider(life: .seconds(300), time: time)
        let cache = CachedCredentials(provider, time: time.source)
        for _ in 0..<5 { _ = try await cache.credentials() }
        #expect(provider.asked == 1)
    }
}

/// The first ask is answered at once, each later one when the gate is open.
final class SwitchedProvider: CredentialProvider {
    private let inner: CountingProvider
    private let gate: Gate

    init(time: FastTime, gate: Gate) {
        inner = CountingProvider(life: .seconds(3_600), time: time)
        self.gate = gate
    }

    var asked: Int { inner.asked }

    func credentials() async throws -> AWSCredentials {
        let credentials = try await inner.credentials()
        if inner.asked > 1 { await gate.waitIgnoringCancellation() }
        return credentials
    }
}
