/// A store of what jobs print.
///
/// A job's log is one growing sequence of bytes, cut into chunks; an offset counts bytes from its start.
public protocol JobLogs: JobQueue {
    /// Appends chunks to the logs of running jobs.
    ///
    /// A chunk whose lease is lost, whose number is not above the last one of the same lease, or that comes after the
    /// log's size limit is dropped, so repeating a call is safe and late workers write nothing.
    ///
    /// - Throws: ``QueueError``.
    func append(_ chunks: [LogChunk]) async throws

    /// A part of a job's log from an offset on.
    ///
    /// - Parameters:
    ///   - job: the job.
    ///   - offset: where to start; inside a chunk is allowed.
    ///   - limit: about how many bytes to return; at least one chunk comes when there is one.
    /// - Returns: nil when there is no such job.
    /// - Throws: ``QueueError``.
    func log(of job: JobID, from offset: Int64, limit: Int) async throws -> LogPage?

    /// Appends chunks and then applies events, in one durable step where the store can.
    ///
    /// What a step printed must be stored before the event that ends its lease.
    ///
    /// - Returns: what ``JobQueue/apply(_:)`` returns.
    /// - Throws: ``QueueError``.
    func apply(_ events: [JobEvent], logging chunks: [LogChunk]) async throws -> [Result<Job, TransitionRefused>]
}

extension JobLogs {
    /// Appends chunks and then applies events, one durable step after the other.
    public func apply(
        _ events: [JobEvent], logging chunks: [LogChunk]
    ) async throws -> [Result<Job, TransitionRefused>] {
        if !chunks.isEmpty { try await append(chunks) }
        return try await apply(events)
    }
}

/// Something that a step printed, on its way to the store.
public struct LogChunk: Hashable, Sendable {
    /// The job.
    public var job: JobID
    /// The lease under which it was printed.
    public var key: LeaseKey
    /// Counts the chunks of one lease from 0, so that a repeated one is known.
    public var number: Int
    /// What was printed.
    public var entry: LogEntry

    /// Makes a chunk.
    public init(job: JobID, key: LeaseKey, number: Int, entry: LogEntry) {
        self.job = job
        self.key = key
        self.number = number
        self.entry = entry
    }
}

/// A piece of a job's log.
public struct LogEntry: Hashable, Sendable {
    /// Where the text came from.
    public enum Stream: String, Hashable, Sendable, CaseIterable {
        /// Standard output.
        case stdout
        /// Standard error.
        case stderr
        /// JobKit or an executor itself; always whole lines.
        case system
    }

    /// When it was printed.
    public var time: Timestamp
    /// The step's index; nil for the job as a whole.
    public var step: Int?
    /// The number of the attempt at the job.
    public var attempt: Int
    /// Where it came from.
    public var stream: Stream
    /// The bytes, UTF-8 where the program printed that; never empty.
    public var bytes: [UInt8]

    /// Makes an entry.
    public init(time: Timestamp, step: Int?, attempt: Int, stream: Stream, bytes: [UInt8]) {
        self.time = time
        self.step = step
        self.attempt = attempt
        self.stream = stream
        self.bytes = bytes
    }

    /// The bytes as text; what is not UTF-8 becomes U+FFFD.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// A part of a job's log.
public struct LogPage: Hashable, Sendable {
    /// The entries, in order.
    public var entries: [LogEntry]
    /// Where the next part starts.
    public var nextOffset: Int64
    /// Whether the job has finished and nothing follows.
    public var isComplete: Bool

    /// Makes a page.
    public init(entries: [LogEntry], nextOffset: Int64, isComplete: Bool) {
        self.entries = entries
        self.nextOffset = nextOffset
        self.isComplete = isComplete
    }
}

/// Everything that a full store offers; the built-in queues are all of this.
public typealias JobStore = JobQueue & JobLogs & QueueInspection & QueueSignals
