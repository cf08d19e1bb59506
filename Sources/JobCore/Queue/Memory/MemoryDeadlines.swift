internal import HeapModule

/// The waiting jobs with a deadline, in the order in which they pass it.
///
/// A job that is started in time leaves its entry behind, which is dropped when it comes up, or with all other
/// left-overs once they are the majority.
struct MemoryDeadlines {
    private struct Entry: Comparable {
        let key: TimeKey
        let record: MemoryRecord

        var isCurrent: Bool { record.deadline == key.time }

        static func < (left: Entry, right: Entry) -> Bool { left.key < right.key }
        static func == (left: Entry, right: Entry) -> Bool { left.key == right.key }
    }

    private var entries = Heap<Entry>()
    private var count = 0

    /// Notes a record's deadline, which its job has, or has no longer; a record that is removed has none.
    mutating func update(_ record: MemoryRecord, to deadline: Timestamp?) {
        guard record.deadline != deadline else { return }
        count += (deadline == nil ? 0 : 1) - (record.deadline == nil ? 0 : 1)
        record.deadline = deadline
        if let deadline {
            entries.insert(Entry(key: TimeKey(time: deadline, sequence: record.sequence), record: record))
        }
        guard entries.count > 2 * count + 64 else { return }
        entries = Heap(entries.unordered.filter(\.isCurrent))
    }

    /// The first record whose deadline has passed.
    mutating func first(at now: Timestamp) -> MemoryRecord? {
        while let entry = entries.min, !entry.isCurrent { entries.removeMin() }
        return entries.min.flatMap { $0.key.time <= now ? $0.record : nil }
    }
}
