/// Why a job failed, for people and programs.
public struct JobFailure: Hashable, Sendable {
    /// A stable word for programs, such as `exit_code`, `http_status`, `timeout`, `worker_lost`.
    public var code: FailureCode
    /// One sentence for people; holds no secrets.
    public var message: String
    /// The name of the failing step; nil when the job failed as a whole.
    public var step: String?

    /// Makes a failure.
    public init(code: FailureCode, message: String, step: String? = nil) {
        self.code = code
        self.message = message
        self.step = step
    }

    /// What is told of a job that was cancelled for a reason.
    init(cancelledBecause reason: String) {
        self.init(code: .cancelled, message: reason)
    }
}

/// A stable word for a kind of failure; executors may add their own.
public struct FailureCode: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
    /// The word: lower case with underscores.
    public let rawValue: String

    /// Makes a code from its word.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// Makes a code from its word.
    public init(stringLiteral value: String) { self.rawValue = value }

    /// A command ended with a non-zero exit code or by a signal.
    public static let exitCode: FailureCode = "exit_code"
    /// An HTTP answer was not in the 200s.
    public static let httpStatus: FailureCode = "http_status"
    /// A step or the job ran longer than its limit.
    public static let timeout: FailureCode = "timeout"
    /// The job waited in the queue for longer than its deadline.
    public static let deadlineExceeded: FailureCode = "deadline_exceeded"
    /// Somebody cancelled the job, and said why.
    public static let cancelled: FailureCode = "cancelled"
    /// The worker vanished while it held the job.
    public static let workerLost: FailureCode = "worker_lost"
    /// No executor is registered for the step's kind.
    public static let unknownKind: FailureCode = "unknown_kind"
    /// The step cannot be run as it is written, such as a missing program or an unreadable input.
    public static let invalidStep: FailureCode = "invalid_step"
    /// A destination, program or directory is not permitted here.
    public static let notPermitted: FailureCode = "not_permitted"
    /// A connection or another passing condition failed.
    public static let unavailable: FailureCode = "unavailable"
    /// A handler or executor threw an error of its own.
    public static let error: FailureCode = "error"
}
