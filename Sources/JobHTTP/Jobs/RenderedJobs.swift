internal import JobCore
internal import NIOCore
internal import Synchronization

/// The JSON of jobs that were shown a moment ago: clients poll the same few jobs many times a second.
///
/// A job's JSON is made of what its version and its status say, so nothing here can be out of date.
final class RenderedJobs: Sendable {
    private struct Entry {
        let version: Int
        let status: JobStatus
        let createdAt: Timestamp
        let bytes: ByteBuffer
    }

    /// The most jobs kept, and the most bytes of each.
    static let most = 4_096
    static let largest = 16_384

    private let entries = Mutex<[JobID: Entry]>([:])

    /// The JSON of a job at a time.
    func json(of job: Job, at now: Timestamp) -> ByteBuffer {
        let status = job.status(at: now)
        let kept = entries.withLock { $0[job.id] }
        if let kept, kept.version == job.version, kept.status == status, kept.createdAt == job.createdAt {
            return kept.bytes
        }
        let bytes = ByteBuffer(bytes: job.json(at: now).utf8)
        guard bytes.readableBytes <= Self.largest else { return bytes }
        let entry = Entry(version: job.version, status: status, createdAt: job.createdAt, bytes: bytes)
        entries.withLock { entries in
            if entries.count >= Self.most { entries.removeAll(keepingCapacity: true) }
            entries[job.id] = entry
        }
        return bytes
    }
}
