internal import DequeModule
internal import HeapModule

/// Records in the order of a key, where records may leave from the middle at no cost.
///
/// A record that leaves only changes its ticket, and its entry is dropped when it comes up, or with all other
/// left-overs once they are the majority. Entries mostly arrive in order, so those that do go into a double-ended
/// queue, which stays flat at any length; the others go into a heap.
struct Backlog<Key: Comparable> {
    struct Entry: Comparable {
        let key: Key
        let ticket: Int
        let record: MemoryRecord

        var isCurrent: Bool { record.ticket == ticket }

        static func < (left: Entry, right: Entry) -> Bool { left.key < right.key }
        static func == (left: Entry, right: Entry) -> Bool { left.key == right.key }
    }

    private var ordered = Deque<Entry>()
    private var others = Heap<Entry>()
    /// How many records there are, left-overs not counted.
    private(set) var count = 0

    /// Adds a record under its present ticket.
    mutating func insert(_ record: MemoryRecord, by key: Key) {
        let entry = Entry(key: key, ticket: record.ticket, record: record)
        count += 1
        if let last = ordered.last, entry.key < last.key { others.insert(entry) } else { ordered.append(entry) }
    }

    /// Notes that one record has left by changing its ticket.
    mutating func forgetOne() {
        count -= 1
        guard ordered.count + others.count > 2 * count + 64 else { return }
        ordered.removeAll { !$0.isCurrent }
        others = Heap(others.unordered.filter(\.isCurrent))
    }

    /// The first record; left-overs before it are dropped.
    var first: Entry? {
        mutating get {
            while let entry = ordered.first, !entry.isCurrent { ordered.removeFirst() }
            while let entry = others.min, !entry.isCurrent { others.removeMin() }
            guard let one = ordered.first else { return others.min }
            guard let other = others.min else { return one }
            return other < one ? other : one
        }
    }

    /// Removes the first record.
    mutating func removeFirst() {
        guard let entry = first else { return }
        count -= 1
        if let one = ordered.first, one.record === entry.record, one.ticket == entry.ticket {
            ordered.removeFirst()
        } else {
            others.removeMin()
        }
    }
}
