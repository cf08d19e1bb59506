public import JobCore
public import Testing

/// One sentence of a queue's contract, as a test that any queue can be put to.
///
/// `Subject` is the protocol that the sentence is about, such as `any JobQueue`. A failed expectation is reported at
/// its line in this module, under the name of the backend's own test.
public struct QueueCheck<Subject: Sendable>: Sendable, CustomTestStringConvertible {
    /// The behaviour, as a sentence.
    public let name: String
    private let body: @Sendable (Subject, ManualTime) async throws -> Void

    /// Makes a check.
    ///
    /// - Parameters:
    ///   - name: the behaviour, as a sentence.
    ///   - body: puts an empty queue, and the clock that it runs on, to the test.
    public init(_ name: String, _ body: @escaping @Sendable (Subject, ManualTime) async throws -> Void) {
        self.name = name
        self.body = body
    }

    /// The name, as test reports show it.
    public var testDescription: String { name }

    /// Runs the check on a new, empty queue.
    ///
    /// - Parameter make: makes the queue; it must take all its times from the given clock.
    /// - Throws: what the queue throws.
    public func run(_ make: (ManualTime) async throws -> Subject) async throws {
        let time = ManualTime()
        try await body(try await make(time), time)
    }

    /// Runs the check on a queue that has to be closed or removed afterwards.
    ///
    /// - Parameter use: makes an empty queue on the given clock, hands it to the given function, and cleans up.
    /// - Throws: what the queue throws.
    public func run(
        scoped use: (ManualTime, (Subject) async throws -> Void) async throws -> Void
    ) async throws {
        let time = ManualTime()
        try await use(time) { try await body($0, time) }
    }

    /// The same check of something that is more than a `Subject`.
    func of<Wider: Sendable>(_ narrow: @escaping @Sendable (Wider) -> Subject) -> QueueCheck<Wider> {
        QueueCheck<Wider>(name) { try await body(narrow($0), $1) }
    }
}

/// The contract of queues as checks, for JobKit's own queues and for those of others.
///
/// ```swift
/// @Test(arguments: QueueConformance.store)
/// func conforms(_ check: QueueCheck<any JobStore>) async throws { try await check.run { MyQueue(time: $0.source) } }
/// ```
public enum QueueConformance {
    /// What every `JobQueue` must do.
    public static let all: [QueueCheck<any JobQueue>] =
        enqueueing + uniqueKeys + claiming + leases + settling + stepping + cancelling + lanes + concurrency
        + editing + followingUp

    /// What a queue that can be looked through must do besides.
    public static let inspection: [QueueCheck<any QueueInspection>] = listing + pruning

    /// What a queue that keeps logs must do besides.
    public static let logs: [QueueCheck<any JobLogs>] = logging

    /// What a queue that tells of changes must do besides.
    public static let signals: [QueueCheck<any QueueSignals>] = signalling

    /// What a queue in which claims can wait must do besides.
    public static let waits: [QueueCheck<any WaitingClaims>] = waiting

    /// All checks, for a full store.
    public static let store: [QueueCheck<any JobStore>] =
        all.map { $0.of { $0 } } + inspection.map { $0.of { $0 } } + logs.map { $0.of { $0 } }
        + signals.map { $0.of { $0 } }

    /// What a queue whose jobs people can delete must do besides.
    public static let administration: [QueueCheck<any JobAdministration>] = deleting

    /// What a queue whose named queues can be paused and bounded must do besides.
    public static let control: [QueueCheck<any QueueControl & QueueSignals>] = controlling

    /// What a queue that knows its workers must do besides.
    public static let workers: [QueueCheck<any WorkerDirectory>] = directory

    /// What a queue with a feed of changes must do besides.
    public static let changes: [QueueCheck<any ChangeFeed & JobAdministration>] = feeding

    /// What a store of access tokens must do.
    public static let tokens: [QueueCheck<any TokenStore>] = tokenKeeping

    /// What a queue that keeps artifacts must do besides.
    public static let artifacts: [QueueCheck<any ArtifactStore & JobAdministration>] = artifactKeeping

    /// What a store of small documents must do.
    public static let records: [QueueCheck<any RecordStore>] = recordKeeping

    /// All checks, for the store of a job service.
    public static let service: [QueueCheck<any ServiceStore>] =
        store.map { $0.of { $0 } } + administration.map { $0.of { $0 } } + control.map { $0.of { $0 } }
        + workers.map { $0.of { $0 } } + changes.map { $0.of { $0 } } + tokens.map { $0.of { $0 } }
        + artifacts.map { $0.of { $0 } } + records.map { $0.of { $0 } }
}
