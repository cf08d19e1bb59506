/// The small documents beside the jobs, by collection and key.
struct MemoryRecords {
    private var collections: [String: [String: StoredRecord]] = [:]
    private var count = 0
    /// The version of the latest write; one count for all, so that a record's versions grow across its deletion.
    private var latest: Int64 = 0

    subscript(key: String, in collection: String) -> StoredRecord? { collections[collection]?[key] }

    /// A page in the order of the keys.
    func page(of collection: String, after: String?, limit: Int) -> [StoredRecord] {
        let known = collections[collection] ?? [:]
        let keys = known.keys.filter { key in after.map { $0 < key } ?? true }.sorted()
        return keys.prefix(limit).compactMap { known[$0] }
    }

    /// Makes all changes or none.
    mutating func write(
        _ changes: [RecordChange], at now: Timestamp
    ) -> Result<[StoredRecord], any Error> {
        for change in changes {
            let current = self[change.key, in: change.collection]?.version
            guard change.expecting.allows(current) else {
                return .failure(RecordConflict(collection: change.collection, key: change.key, current: current))
            }
        }
        let added = changes.count { $0.isPut && self[$0.key, in: $0.collection] == nil }
        guard added == 0 || count + added <= RecordLimits.records else { return .failure(QueueError.tooManyRecords) }
        return .success(changes.compactMap { apply($0, at: now) })
    }

    private mutating func apply(_ change: RecordChange, at now: Timestamp) -> StoredRecord? {
        switch change.action {
        case .put(let value):
            latest += 1
            let record = StoredRecord(
                collection: change.collection, key: change.key, version: latest, value: value, updatedAt: now)
            if collections[change.collection, default: [:]].updateValue(record, forKey: change.key) == nil {
                count += 1
            }
            return record
        case .delete:
            if collections[change.collection]?.removeValue(forKey: change.key) != nil { count -= 1 }
            if collections[change.collection]?.isEmpty ?? false { collections[change.collection] = nil }
            return nil
        case .check: return nil
        }
    }
}

extension RecordChange {
    /// Whether it stores a document.
    package var isPut: Bool { if case .put = action { true } else { false } }
}

extension RecordChange.Expectation {
    /// Whether a record at a version, or none, is what was expected.
    package func allows(_ current: Int64?) -> Bool {
        switch self {
        case .anything: true
        case .absent: current == nil
        case .version(let version): current == version
        }
    }
}
