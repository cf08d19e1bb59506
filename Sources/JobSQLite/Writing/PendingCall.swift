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
    /// Returns the kept result to the caller.
    func succeed()
    /// Throws an error to the caller.
    func fail(_ error: any Error)
}

/// A call with a result of some type.
final class Call<Value: Sendable>: PendingCall {
    let operation: String
    let weight: Int
    private let body: @Sendable (StoreTransaction) throws -> Value
    /// Resumed once, by ``succeed()`` or ``fail(_:)``, of which the writer calls one.
    private let continuation: UnsafeContinuation<(value: Value, news: StoreNews), any Error>
    private let result = Mutex<(value: Value, news: StoreNews)?>(nil)

    init(
        operation: String, weight: Int, body: @escaping @Sendable (StoreTransaction) throws -> Value,
        continuation: UnsafeContinuation<(value: Value, news: StoreNews), any Error>
    ) {
        self.operation = operation
        self.weight = weight
        self.body = body
        self.continuation = continuation
    }

    func run(_ transaction: StoreTransaction) throws {
        // A run that was rolled back may have left news behind.
        transaction.news = StoreNews()
        let value = try body(transaction)
        let news = transaction.takeNews()
        result.withLock { $0 = (value, news) }
    }

    var news: StoreNews { result.withLock { $0?.news } ?? StoreNews() }

    func succeed() {
        guard let result = result.withLock({ $0 }) else { preconditionFailure("the call has not run") }
        continuation.resume(returning: result)
    }

    func fail(_ error: any Error) {
        continuation.resume(throwing: error)
    }
}
