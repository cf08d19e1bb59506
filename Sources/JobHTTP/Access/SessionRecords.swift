internal import JobCore

/// What the store keeps of browser sessions: the hash of a session's secret, that of its token, and when it ends.
struct SessionRecords: Sendable {
    let store: any RecordStore
    let time: TimeSource

    private static let collection = "sessions"
    /// How many sessions are looked at for those that have ended, when one begins.
    private static let seen = 200

    /// Stores a session, and forgets some that have ended.
    ///
    /// - Throws: `QueueError`.
    func insert(_ name: String, token: [UInt8], until end: Timestamp) async throws {
        let value: JSONValue = ["token": .string(Base64.encode(token)), "expiresAt": .integer(end.microseconds)]
        var changes = [RecordChange(.put(value), name, in: Self.collection)]
        changes += try await ended(near: name).prefix(RecordLimits.changes - 1).map {
            RecordChange(.delete, $0, in: Self.collection)
        }
        _ = try await store.write(changes)
    }

    /// Forgets a session.
    ///
    /// - Throws: `QueueError`.
    func remove(_ name: String) async throws {
        _ = try await store.write([RecordChange(.delete, name, in: Self.collection)])
    }

    /// The hash of a session's token; nil when there is no such session or it has ended.
    ///
    /// - Parameters:
    ///   - name: the session.
    ///   - rest: the longest that a session can go on, whoever has written it.
    /// - Throws: `QueueError`.
    func token(of name: String, atMost rest: Duration) async throws -> [UInt8]? {
        guard let record = try await store.record(name, in: Self.collection), let end = Self.end(of: record),
            end > time.now, end <= time.now + rest
        else { return nil }
        return record.value["token"]?.stringValue.flatMap(Base64.decode)
    }

    private static func end(of record: StoredRecord) -> Timestamp? {
        record.value["expiresAt"]?.integerValue.map(Timestamp.init(microseconds:))
    }

    /// The names of some sessions that have ended; names are random, so that each is looked at sooner or later.
    private func ended(near name: String) async throws -> [String] {
        var records = try await store.records(in: Self.collection, after: nil, limit: Self.seen)
        if records.count == Self.seen {
            records = try await store.records(in: Self.collection, after: name, limit: Self.seen)
        }
        return records.filter { Self.end(of: $0).map { $0 <= time.now } ?? true }.map(\.key)
    }
}
