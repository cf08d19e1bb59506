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
    /// What it says that it is, such as an EC2 instance's id: 1 to 50 of `A-Z a-z 0-9 . _ -`.
    public var instance: String
    /// The SHA-256 of the secret that will be its token: 32 bytes.
    public var secretHash: [UInt8]

    /// Makes a request.
    public init(instance: String, secretHash: [UInt8]) {
        self.instance = instance
        self.secretHash = secretHash
    }

    /// The id of the token that an admitted machine gets.
    public var tokenID: String { Self.tokenID(instance: instance) }

    /// The id of the token of a machine, such as to revoke it when the machine is gone.
    public static func tokenID(instance: String) -> String { "worker-\(instance)" }

    /// Checks lengths and ranges.
    ///
    /// - Throws: ``QueueError`` with code `invalidRequest`, naming the first offending field.
    public func validate() throws(QueueError) {
        let issues = IssueList()
        if !(1...50).contains(instance.utf8.count) || !instance.utf8.allSatisfy(FieldRules.isWordByte) {
            issues.add("instance", "must be 1 to 50 letters, digits, . _ or -")
        }
        if secretHash.count != 32 { issues.add("secretHash", "must have 32 bytes") }
        guard let issue = issues.issues.first else { return }
        throw QueueError(.invalidRequest, operation: "enrol", detail: issue.description)
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

    /// Checks lengths and ranges; a grant without queues is none, since its token would be for all of them.
    ///
    /// - Throws: ``QueueError`` with code `failed`, naming the first offending field.
    public func validate() throws(QueueError) {
        let issues = IssueList()
        let rules = FieldRules(issues: issues)
        rules.text(worker, "worker", 1...200)
        if !(1...1_000).contains(queues.count) { issues.add("queues", "must have 1 to 1000 entries") }
        for (index, queue) in queues.prefix(1_000).enumerated() { rules.word(queue, "queues[\(index)]") }
        rules.range(slots, "slots", 1...1_000_000)
        guard let issue = issues.issues.first else { return }
        throw QueueError(.failed, operation: "enrol", detail: "what was granted cannot be: \(issue)")
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
