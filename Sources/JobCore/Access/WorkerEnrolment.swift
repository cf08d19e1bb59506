/// Decides which machines may become workers.
///
/// A machine shows an enrolment token (scope ``AccessScope/enrol``) and the hash of a secret that it made itself; when it
/// is admitted, that secret is its token from then on. No lost answer locks it out, because it may ask again with the
/// same secret; nobody else can use the enrolment token in its place, because theirs is another.
public protocol WorkerEnrolment: Sendable {
    /// Decides on a machine, durably: the same machine with the same secret gets the same answer again.
    ///
    /// - Parameters:
    ///   - request: who asks.
    ///   - token: the valid enrolment token that it showed.
    /// - Throws: ``EnrolmentRefused``; ``QueueError``.
    func enrol(_ request: EnrolmentRequest, with token: AccessToken) async throws -> EnrolmentGrant
}

/// A machine that wants to become a worker.
public struct EnrolmentRequest: Hashable, Sendable {
    /// What it says that it is, such as an EC2 instance's id: 1 to 128 of `A-Z a-z 0-9 . _ -`.
    public var instance: String
    /// The SHA-256 of the secret that will be its token: 32 bytes.
    public var secretHash: [UInt8]

    /// Makes a request.
    public init(instance: String, secretHash: [UInt8]) {
        self.instance = instance
        self.secretHash = secretHash
    }
}

/// What an admitted machine is to be.
public struct EnrolmentGrant: Hashable, Sendable {
    /// The worker's name; its token writes under no other.
    public var worker: String
    /// The named queues to serve.
    public var queues: [String]
    /// How many jobs to run at a time.
    public var slots: Int
    /// When the token ends.
    public var expiresAt: Timestamp
    /// After how long without work the worker ends; nil for never.
    public var idleTimeout: Duration?
    /// Whether the worker ends after one job.
    public var isSingleUse: Bool

    /// Makes a grant.
    public init(
        worker: String, queues: [String], slots: Int, expiresAt: Timestamp, idleTimeout: Duration? = nil,
        isSingleUse: Bool = false
    ) {
        self.worker = worker
        self.queues = queues
        self.slots = slots
        self.expiresAt = expiresAt
        self.idleTimeout = idleTimeout
        self.isSingleUse = isSingleUse
    }
}

/// Why a machine was not admitted.
public struct EnrolmentRefused: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence for people; holds no secrets.
    public var message: String
    /// Whether asking again later may help, such as while the launch is not recorded yet.
    public var isRetryable: Bool

    /// Makes a refusal.
    public init(_ message: String, isRetryable: Bool = false) {
        self.message = message
        self.isRetryable = isRetryable
    }

    /// The text for people and logs.
    public var description: String { message }
}
