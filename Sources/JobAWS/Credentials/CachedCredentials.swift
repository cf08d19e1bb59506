public import JobCore
internal import Synchronization

/// Keeps credentials until shortly before they end, and renews them early by one caller while others go on.
///
/// From 15 minutes before the end one caller renews; the others use what is there. From 10 minutes before, all wait
/// for the one who renews. Credentials that live shortly are renewed after half and three quarters of their time.
/// When renewing fails, what is still good is used, and the next try comes after a minute.
///
/// Source: botocore's `credentials.py`, `RefreshableCredentials`.
public final class CachedCredentials: CredentialProvider {
    private let source: any CredentialProvider
    private let time: TimeSource
    private let machine: Mutex<CredentialCache>

    /// Makes a cache in front of a source.
    public init(_ source: any CredentialProvider, time: TimeSource = .system) {
        self.source = source
        self.time = time
        self.machine = Mutex(CredentialCache())
    }

    /// The credentials kept, or new ones.
    ///
    /// - Throws: what the source throws, when nothing that is still good is kept; `CancellationError`.
    public func credentials() async throws -> AWSCredentials {
        while true {
            switch machine.withLock({ $0.ask(at: time.now) }) {
            case .use(let credentials): return credentials
            case .renew: return try await renew()
            case .wait: try await wait()
            }
        }
    }

    /// Asks the source the next time.
    public func forget(_ credentials: AWSCredentials) {
        machine.withLock { $0.forget(credentials) }
        source.forget(credentials)
    }

    /// Not ended by the cancellation of the caller: others may wait for it.
    private func renew() async throws -> AWSCredentials {
        let result: Result<AWSCredentials, any Error>
        do {
            result = .success(try await uncancelled { [source] in try await source.credentials() })
        } catch {
            result = .failure(error)
        }
        let (waiters, answer) = machine.withLock { $0.renewed(result, at: time.now) }
        for waiter in waiters { waiter.resume() }
        try Task.checkCancellation()
        return try answer.get()
    }

    private func wait() async throws {
        let id = machine.withLock { $0.nextWaiter() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if !machine.withLock({ $0.wait(id, continuation) }) { continuation.resume() }
            }
        } onCancel: {
            machine.withLock { $0.stopWaiting(id) }?.resume()
        }
        try Task.checkCancellation()
    }
}

/// What the cache decides, without waiting itself.
struct CredentialCache {
    enum Answer {
        case use(AWSCredentials)
        case renew
        case wait
    }

    typealias Waiter = CheckedContinuation<Void, Never>

    static let early = Duration.seconds(15 * 60)
    static let late = Duration.seconds(10 * 60)
    static let pause = Duration.seconds(60)

    private var kept: AWSCredentials?
    private var earlyAt = Timestamp.distantFuture
    private var lateAt = Timestamp.distantFuture
    private var notBefore = Timestamp.epoch
    private var isRenewing = false
    private var lastWaiter = 0
    private var waiters: [Int: Waiter] = [:]
    private var gone: Set<Int> = []

    mutating func ask(at now: Timestamp) -> Answer {
        guard let kept, now < kept.expiresAt ?? .distantFuture else {
            if isRenewing { return .wait }
            isRenewing = true
            return .renew
        }
        if now < earlyAt || now < notBefore { return .use(kept) }
        if isRenewing { return now < lateAt ? .use(kept) : .wait }
        isRenewing = true
        return .renew
    }

    /// Takes what came of renewing.
    ///
    /// - Returns: who waited, and what the one who renewed is given.
    mutating func renewed(
        _ result: Result<AWSCredentials, any Error>, at now: Timestamp
    ) -> (waiters: [Waiter], answer: Result<AWSCredentials, any Error>) {
        isRenewing = false
        defer { waiters = [:] }
        let woken = Array(waiters.values)
        switch result {
        case .success(let credentials):
            kept = credentials
            notBefore = .epoch
            let life = max(.zero, (credentials.expiresAt ?? .distantFuture) - now)
            earlyAt = (credentials.expiresAt ?? .distantFuture) - min(Self.early, life / 2)
            lateAt = (credentials.expiresAt ?? .distantFuture) - min(Self.late, life / 4)
            return (woken, result)
        case .failure:
            notBefore = now + Self.pause
            guard let kept, now < kept.expiresAt ?? .distantFuture else { return (woken, result) }
            return (woken, .success(kept))
        }
    }

    mutating func forget(_ credentials: AWSCredentials) {
        if kept == credentials { kept = nil }
    }

    mutating func nextWaiter() -> Int {
        lastWaiter += 1
        return lastWaiter
    }

    /// Whether it waits now; else it was cancelled, or nobody renews any more.
    mutating func wait(_ id: Int, _ continuation: Waiter) -> Bool {
        guard gone.remove(id) == nil, isRenewing else { return false }
        waiters[id] = continuation
        return true
    }

    mutating func stopWaiting(_ id: Int) -> Waiter? {
        if let waiter = waiters.removeValue(forKey: id) { return waiter }
        if isRenewing { gone.insert(id) }
        return nil
    }
}
