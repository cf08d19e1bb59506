internal import HeapModule

/// The lanes with unfinished jobs: of each, one job may be claimed, and the others wait behind it.
///
/// The first of a lane is whoever came when it was empty. Its successor is the unfinished job that was submitted
/// first, so an older job that is brought back by hand comes next, but never beside the one that is at work.
struct MemoryLanes {
    private struct Waiting: Comparable {
        let record: MemoryRecord

        static func < (left: Waiting, right: Waiting) -> Bool { left.record.sequence < right.record.sequence }
        static func == (left: Waiting, right: Waiting) -> Bool { left.record === right.record }
    }

    private struct Lane {
        var first: MemoryRecord
        /// May hold jobs that have finished meanwhile, and a job twice.
        var others = Heap<Waiting>()
    }

    private var lanes: [String: Lane] = [:]

    /// Takes up an unfinished job; it is blocked unless it is the only one.
    mutating func join(_ record: MemoryRecord) {
        guard let name = record.job.lane else { return }
        record.isBlocked = lanes[name] != nil
        if record.isBlocked {
            lanes[name]?.others.insert(Waiting(record: record))
        } else {
            lanes[name] = Lane(first: record)
        }
    }

    /// Lets a finished job go.
    ///
    /// - Returns: the job that is first now; nil when that did not change or the lane is empty.
    mutating func leave(_ record: MemoryRecord) -> MemoryRecord? {
        guard let name = record.job.lane, lanes[name]?.first === record else { return nil }
        while let next = lanes[name]?.others.popMin()?.record {
            guard next.isLive, next !== record else { continue }
            next.isBlocked = false
            lanes[name]?.first = next
            return next
        }
        lanes[name] = nil
        return nil
    }
}
