import JobTesting
import JobTransport
import Synchronization

/// The way to EC2 of a process that dies at one of its calls.
final class CrashingTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let calls = Mutex((count: 0, crashAt: Int.max, isAfter: false, isDead: false))
    private let onCrash: @Sendable () -> Void

    struct Dead: Error {}

    init(_ base: any HTTPTransport, onCrash: @escaping @Sendable () -> Void = {}) {
        self.base = base
        self.onCrash = onCrash
    }

    /// How many calls have been made.
    var count: Int { calls.withLock { $0.count } }

    /// Whether the process has died.
    var isDead: Bool { calls.withLock { $0.isDead } }

    /// Dies at a call, before EC2 gets it or when its answer is on the way.
    func crash(at call: Int, after: Bool) {
        calls.withLock { ($0.crashAt, $0.isAfter) = (call, after) }
    }

    func die() {
        calls.withLock { $0.isDead = true }
        onCrash()
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let (isDead, isDying, isAfter) = calls.withLock { calls in
            calls.count += 1
            return (calls.isDead, calls.count == calls.crashAt, calls.isAfter)
        }
        if isDead { throw Dead() }
        guard isDying else { return try await base.send(request) }
        if isAfter { _ = try await base.send(request) }
        die()
        throw Dead()
    }
}
