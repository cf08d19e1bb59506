public import JobCore

/// A job as the API of a server shows it.
public struct JobSummary: Hashable, Sendable {
    /// One step of a job.
    public struct Step: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// What it does, such as `http` or `command`.
        public var kind: String
        /// Where it is.
        public var status: StepRecord.Status
        /// How many attempts count against its limit.
        public var attempts: Int
        /// What its latest finished attempt produced; nil before.
        public var output: StepOutput?
    }

    /// The identity.
    public var id: JobID
    /// The name.
    public var name: String
    /// The named queue.
    public var queue: String
    /// Where the job was in its life when the server answered.
    public var status: JobStatus
    /// Lower runs first.
    public var priority: Int
    /// When it was stored.
    public var createdAt: Timestamp
    /// When a worker first started it; nil before.
    public var startedAt: Timestamp?
    /// When it reached its outcome; nil before.
    public var finishedAt: Timestamp?
    /// Grows with each change.
    public var version: Int
    /// Its labels.
    public var tags: [String: String]
    /// How far it says it is; nil when it says nothing.
    public var progress: JobProgress?
    /// Why its latest attempt failed; nil when none did.
    public var failure: JobFailure?
    /// The tries at it, oldest first.
    public var attempts: [Attempt]
    /// Its steps, in order.
    public var steps: [Step]
    /// The whole answer, also what has no field here.
    public var json: JSONValue

    /// Whether the job has reached an outcome.
    public var isFinished: Bool { finishedAt != nil }

    /// Reads a job of the API.
    ///
    /// - Throws: `QueueError` with code `failed` naming the field that is not as it should be.
    public init(json: JSONValue) throws(QueueError) {
        self.json = json
        do throws(WireFault) {
            let fields = try WireObject(json)
            id = try fields.id("id")
            name = try fields.string("name")
            queue = try fields.string("queue")
            status = try fields.choice("status")
            priority = try fields.optionalInteger("priority", in: Int.min...Int.max) ?? 0
            createdAt = try fields.textTime("createdAt") ?? .epoch
            startedAt = try fields.textTime("startedAt")
            finishedAt = try fields.textTime("finishedAt")
            version = try fields.integer("version", in: 0...Int.max)
            tags = try fields.texts("tags")
            progress = fields["progress"].flatMap(JobProgress.init(json:))
            failure = fields["failure"].flatMap(JobFailure.init(json:))
            attempts =
                try fields.optionalList("attempts") { fields throws(WireFault) in
                    Attempt(json: .object(fields.members))
                }?.compactMap(\.self) ?? []
            steps = try fields.optionalList("steps", Step.init(_:)) ?? []
        } catch {
            throw QueueError(.failed, operation: "read", detail: "the answer of the server cannot be read: \(error)")
        }
    }
}

extension JobSummary.Step {
    fileprivate init(_ fields: WireObject) throws(WireFault) {
        name = try fields.string("name")
        kind = try fields.string("kind")
        status = try fields.choice("status")
        attempts = try fields.optionalInteger("attempts", in: 0...Int.max) ?? 0
        output = fields["output"].map(StepOutput.init(document:))
    }
}

extension WireObject {
    /// A time as the API writes it.
    fileprivate func textTime(_ name: String) throws(WireFault) -> Timestamp? {
        guard let text = try optionalString(name) else { return nil }
        guard let time = Timestamp(text) else { throw WireFault(path: name, message: "must be an RFC 3339 time") }
        return time
    }
}

/// Some jobs of a listing.
public struct JobListing: Hashable, Sendable {
    /// The jobs, newest first.
    public var jobs: [JobSummary]
    /// What to ask for the next part; nil when this is the last.
    public var next: Cursor?

    /// Where a listing goes on; only the server understands it.
    public struct Cursor: Hashable, Sendable {
        let path: String
    }
}

/// A part of a job's log.
public struct LogPart: Hashable, Sendable {
    /// What was printed.
    public var bytes: [UInt8]
    /// Where the next part starts.
    public var nextOffset: Int64
    /// Whether the job has finished and nothing follows.
    public var isComplete: Bool
}
