internal import JobCore
internal import Synchronization

/// A call that waits for its transaction.
protocol PendingCall: Sendable {
    /// What was asked for, for errors.
    var operation: String { get }
    /// How many jobs, events or chunks it is about.
    var weight: Int { get }
    /// Does the work inside a transaction and keeps the result until the commit.
    func run(_ transaction: StoreTransaction) throws
    /// What it did; empty before the run.
    var news: StoreNews { get }
    /// Whether its caller goes on when others can see what it did, and looks itself after the disk.
    var returnsAtCommit: Bool { get }
    /// Returns the kept result to the caller.
    ///
    /// - Parameter flushing: tells when it is on the disk; nil when it is, or when that is no concern.
    func succeed(_ flushing: FlushTicket?)
    /// Throws an error to the caller.
    func fail(_ error: any Error)
}

/// What a call did, after its commit.
struct Committed<Value: Sendable>: Sendable {
    var value: Value
    var news: StoreNews
    /// Tells when it is on the disk; nil when it is, or when that is no concern.
    var flushing: FlushTicket?
}

/// A call with a result of some type.
final class Call<Value: Sendable>: PendingCall {
    let operation: String
    let weight: Int
    let returnsAtCommit: Bool
    private let body: @Sendable (StoreTransaction) throws -> Value
    /// Resumed once, by ``succeed(_:)`` or ``fail(_:)``, of which the writer calls one.
    private let continuation: UnsafeContinuation<Committed<Value>, any Error>
    private let result = Mutex<Committed<Value>?>(nil)

    init(
        operation: String, weight: Int, returnsAtCommit: Bool,
        body: @escaping @Sendable (StoreTransaction) throws -> Value,
        continuation: UnsafeContinuation<Committed<Value>, any Error>
    ) {
        self.operation = operation
        self.weight = weight
        self.returnsAtCommit = returnsAtCommit
        self.body = body
        self.continuation = continuation
    }

    func run(_ transaction: StoreTransaction) throws {
        // A run that was rolled back may have left news behind.
        transaction.news = StoreNews()
        let value = try body(transaction)
        let news = transaction.takeNews()
        result.withLock { $0 = Committed(value: value, news: news) }
    }

    var news: StoreNews { result.withLock { $0?.news } ?? StoreNews() }

    func succeed(_ flushing: FlushTicket?) {
        guard var result = result.withLock({ $0 }) else { preconditionFailure("the call has not run") }
        result.flushing = flushing
        continuation.resume(returning: result)
    }

    func fail(_ error: any Error) {
        continuation.resume(throwing: error)
    }
}
