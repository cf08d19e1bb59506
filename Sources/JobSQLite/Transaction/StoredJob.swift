internal import JobCore

/// A job together with what the store alone knows of it.
struct StoredJob {
    /// The row: the order of submission.
    let seq: Int64
    var job: Job
    /// Whether another job of its lane comes first.
    var isBlocked: Bool
    /// About how many bytes its specification and outputs have in the file, or a little more.
    var textSize = 0
}

/// The jobs that this connection's transactions are working on, so that applying an event to a claimed job needs
/// neither a read nor the decoding of its specification.
///
/// It equals the file as long as no other connection has written, which the caller must check in each transaction
/// before it looks here; after a rollback it must be emptied. Two generations bound it: when the young one is full,
/// the old one, with what nobody asked for since, is dropped.
///
/// Confined to the writer's dispatch queue.
final class JobCache {
    private var young: [JobID: StoredJob] = [:]
    private var old: [JobID: StoredJob] = [:]
    private let capacity: Int
    /// The settings of named queues, read when first asked for.
    var settings: [String: NamedQueueSettings]?

    /// Jobs whose specification and outputs are larger are read each time, so that the cache stays small in bytes too.
    static let largestText = 32_768

    init(capacity: Int) {
        self.capacity = max(2, capacity)
        young.reserveCapacity(self.capacity / 2)
    }

    subscript(_ id: JobID) -> StoredJob? {
        if let found = young[id] { return found }
        guard let found = old.removeValue(forKey: id) else { return nil }
        young[id] = found
        return found
    }

    /// Keeps a running job, forgets any other: only running jobs are likely to be asked for again soon.
    func keep(_ stored: StoredJob) {
        let id = stored.job.id
        guard stored.job.lease != nil, stored.textSize <= Self.largestText else { return forget(id) }
        if young.count >= capacity / 2, young[id] == nil {
            old = young
            young = [:]
            young.reserveCapacity(capacity / 2)
        }
        young[id] = stored
    }

    func forget(_ id: JobID) {
        young[id] = nil
        if !old.isEmpty { old[id] = nil }
    }

    func removeAll() {
        young = [:]
        old = [:]
        settings = nil
    }
}
