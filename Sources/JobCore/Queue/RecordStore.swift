/// A store of small durable documents beside the jobs, for controllers that must survive a crash: fleets, launches.
///
/// Records are named by a collection and a key. Each write makes a new version, so that whoever read an old one is told
/// instead of overwriting what came between. Versions of one record grow, also across its deletion.
public protocol RecordStore: Sendable {
    /// One record; nil when there is none.
    ///
    /// - Throws: ``QueueError``.
    func record(_ key: String, in collection: String) async throws -> StoredRecord?

    /// Records of a collection in the order of their keys (by bytes).
    ///
    /// - Parameters:
    ///   - collection: the collection.
    ///   - after: the last key of the page before; nil for the first page.
    ///   - limit: the most records to return, 1 to 1,000.
    /// - Throws: ``QueueError``.
    func records(in collection: String, after: String?, limit: Int) async throws -> [StoredRecord]

    /// Makes all changes durably, or none.
    ///
    /// Repeating a batch whose answer was lost throws ``RecordConflict``; reading tells what holds.
    ///
    /// - Parameter changes: at most ``RecordLimits/changes``, no record twice.
    /// - Returns: the records that were stored, in the order of the changes that store one.
    /// - Throws: ``RecordConflict`` when a record is not at the version that its change expects; ``QueueError`` with code
    ///   `invalidRequest` when a name or a size is out of range, with code `full` when there are
    ///   ``RecordLimits/records`` records.
    @discardableResult
    func write(_ changes: [RecordChange]) async throws -> [StoredRecord]
}

extension RecordStore {
    /// All records of a collection in the order of their keys, read page by page.
    ///
    /// - Throws: ``QueueError``.
    public func allRecords(in collection: String) async throws -> [StoredRecord] {
        var all: [StoredRecord] = []
        while true {
            let page = try await records(in: collection, after: all.last?.key, limit: 1_000)
            all += page
            if page.count < 1_000 { return all }
        }
    }
}

/// A document in a ``RecordStore``.
public struct StoredRecord: Hashable, Sendable {
    /// The collection: 1 to 64 of `A-Z a-z 0-9 . _ -`.
    public var collection: String
    /// The key, unique in its collection: 1 to 200 of `A-Z a-z 0-9 . _ -`.
    public var key: String
    /// Grows with each write.
    public var version: Int64
    /// The document.
    public var value: JSONValue
    /// When it was written last.
    public var updatedAt: Timestamp

    /// Makes a record.
    public init(collection: String, key: String, version: Int64, value: JSONValue, updatedAt: Timestamp) {
        self.collection = collection
        self.key = key
        self.version = version
        self.value = value
        self.updatedAt = updatedAt
    }
}

/// What is to become of one record.
public struct RecordChange: Hashable, Sendable {
    /// What must hold of the record before.
    public enum Expectation: Hashable, Sendable {
        /// Anything.
        case anything
        /// There is no such record.
        case absent
        /// It is at this version.
        case version(Int64)
    }

    /// What is done.
    public enum Action: Hashable, Sendable {
        /// The document is stored in place of the one before.
        case put(JSONValue)
        /// The record goes; none being there is fine where the expectation allows it.
        case delete
        /// Nothing; only the expectation is checked.
        case check
    }

    /// The collection.
    public var collection: String
    /// The key.
    public var key: String
    /// What must hold before.
    public var expecting: Expectation
    /// What is done.
    public var action: Action

    /// Makes a change.
    public init(_ action: Action, _ key: String, in collection: String, expecting: Expectation = .anything) {
        self.collection = collection
        self.key = key
        self.expecting = expecting
        self.action = action
    }
}

/// Thrown when a record was not as its change expected; nothing of the batch was stored.
public struct RecordConflict: Error, Hashable, Sendable, CustomStringConvertible {
    /// The collection of the first such record.
    public var collection: String
    /// Its key.
    public var key: String
    /// The version that it has; nil when there is no such record.
    public var current: Int64?

    /// Makes a conflict.
    public init(collection: String, key: String, current: Int64?) {
        self.collection = collection
        self.key = key
        self.current = current
    }

    /// The text for people and logs.
    public var description: String {
        "\(collection)/\(key) has changed meanwhile: it is \(current.map { "at version \($0)" } ?? "not there")"
    }
}

/// What a ``RecordStore`` takes.
public enum RecordLimits {
    /// The most changes of one batch.
    public static let changes = 100
    /// The most bytes of one document as JSON.
    public static let size = ByteCount.mebibytes(1)
    /// The most bytes of all documents of one batch.
    public static let batch = ByteCount.mebibytes(16)
    /// How deep arrays and objects of a document may nest.
    public static let depth = 100
    /// The most records of one store.
    public static let records = 1_000_000
}
