extension StoredRecord: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.field("collection", collection)
        writer.field("key", key)
        writer.field("version", version)
        writer.field("value", value)
        writer.field("updatedAt", updatedAt)
    }

    package init(_ fields: WireObject) throws(WireFault) {
        self.init(
            collection: try fields.string("collection"), key: try fields.string("key"),
            version: Int64(try fields.integer("version", in: 0...Int.max)), value: fields["value"] ?? .null,
            updatedAt: try fields.time("updatedAt"))
    }
}

extension RecordChange: WireValue {
    private enum Name: String, CaseIterable {
        case put, delete, check
    }

    package func write(to writer: inout WireWriter) {
        writer.field("collection", collection)
        writer.field("key", key)
        switch expecting {
        case .anything: break
        case .absent: writer.flag("absent", true)
        case .version(let version): writer.field("version", version)
        }
        switch action {
        case .put(let value):
            writer.field("action", Name.put.rawValue)
            writer.field("value", value)
        case .delete: writer.field("action", Name.delete.rawValue)
        case .check: writer.field("action", Name.check.rawValue)
        }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        var expecting = Expectation.anything
        let isAbsent = try fields.bool("absent")
        if let version = try fields.optionalInteger("version", in: 0...Int.max) {
            expecting = .version(Int64(version))
        } else if isAbsent {
            expecting = .absent
        }
        let name: Name = try fields.choice("action")
        let action: Action =
            switch name {
            case .put: .put(fields["value"] ?? .null)
            case .delete: .delete
            case .check: .check
            }
        self.init(
            action, try fields.string("key"), in: try fields.string("collection"), expecting: expecting)
    }
}

/// Names one record.
extension RecordName: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.field("collection", collection)
        writer.field("key", key)
    }

    package init(_ fields: WireObject) throws(WireFault) {
        self.init(collection: try fields.string("collection"), key: try fields.string("key"))
    }
}

/// A record, if there is one.
package struct RecordReply: WireValue {
    package var record: StoredRecord?

    package init(record: StoredRecord?) {
        self.record = record
    }

    package func write(to writer: inout WireWriter) {
        if let record { writer.object("record") { record.write(to: &$0) } }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        record = try fields.optionalObject("record", StoredRecord.init(_:))
    }
}

/// Asks for a page of a collection.
package struct RecordsRequest: WireValue {
    package var collection: String
    package var after: String?
    package var limit: Int

    package init(collection: String, after: String?, limit: Int) {
        self.collection = collection
        self.after = after
        self.limit = limit
    }

    package func write(to writer: inout WireWriter) {
        writer.field("collection", collection)
        writer.field("after", after)
        writer.field("limit", limit)
    }

    package init(_ fields: WireObject) throws(WireFault) {
        collection = try fields.string("collection")
        after = try fields.optionalString("after")
        limit = try fields.integer("limit", in: 1...1_000)
    }
}

/// A page of a collection; large documents make it shorter than was asked for.
package struct RecordsReply: WireValue {
    package var records: [StoredRecord]
    /// Whether further records follow, though fewer came than were asked for.
    package var isCut: Bool

    package init(records: [StoredRecord], isCut: Bool) {
        self.records = records
        self.isCut = isCut
    }

    package func write(to writer: inout WireWriter) {
        writer.list("records", records) { writer, record in writer.object { record.write(to: &$0) } }
        writer.flag("isCut", isCut)
    }

    package init(_ fields: WireObject) throws(WireFault) {
        records = try fields.list("records", StoredRecord.init(_:))
        isCut = try fields.bool("isCut")
    }
}

/// Changes records.
package struct RecordsChange: WireValue {
    package var changes: [RecordChange]

    package init(changes: [RecordChange]) {
        self.changes = changes
    }

    package func write(to writer: inout WireWriter) {
        writer.list("changes", changes) { writer, change in writer.object { change.write(to: &$0) } }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        changes = try fields.list("changes", atMost: RecordLimits.changes, RecordChange.init(_:))
    }
}

/// What a store made of a record that it stored; the sender knows the rest.
package struct RecordStamp: WireValue, Hashable {
    package var version: Int64
    package var updatedAt: Timestamp

    package init(_ record: StoredRecord) {
        version = record.version
        updatedAt = record.updatedAt
    }

    package func write(to writer: inout WireWriter) {
        writer.field("version", version)
        writer.field("updatedAt", updatedAt)
    }

    package init(_ fields: WireObject) throws(WireFault) {
        version = Int64(try fields.integer("version", in: 0...Int.max))
        updatedAt = try fields.time("updatedAt")
    }
}

/// What became of a batch of changes.
package struct RecordsChangeReply: WireValue {
    package var result: Result<[RecordStamp], RecordConflict>

    package init(result: Result<[RecordStamp], RecordConflict>) {
        self.result = result
    }

    package func write(to writer: inout WireWriter) {
        switch result {
        case .success(let stamps):
            writer.list("stored", stamps) { writer, stamp in writer.object { stamp.write(to: &$0) } }
        case .failure(let conflict):
            writer.object("conflict") { writer in
                writer.field("collection", conflict.collection)
                writer.field("key", conflict.key)
                if let current = conflict.current { writer.field("version", current) }
            }
        }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        let conflict = try fields.optionalObject("conflict") { fields throws(WireFault) in
            RecordConflict(
                collection: try fields.string("collection"), key: try fields.string("key"),
                current: try fields.optionalInteger("version", in: 0...Int.max).map(Int64.init))
        }
        if let conflict {
            result = .failure(conflict)
        } else {
            result = .success(try fields.list("stored", RecordStamp.init(_:)))
        }
    }

    /// The records that were stored, put together again from what was sent.
    ///
    /// - Throws: ``WireFault`` when the numbers do not agree.
    package static func decode(
        _ bytes: [UInt8], sent changes: [RecordChange]
    ) throws(WireFault) -> Result<[StoredRecord], RecordConflict> {
        let stamps: [RecordStamp]
        switch try RecordsChangeReply(decoding: bytes).result {
        case .failure(let conflict): return .failure(conflict)
        case .success(let read): stamps = read
        }
        let puts = changes.filter(\.isPut)
        guard stamps.count == puts.count else {
            throw WireFault(path: "stored", message: "must have \(puts.count) entries")
        }
        return .success(
            zip(puts, stamps).compactMap { change, stamp in
                guard case .put(let value) = change.action else { return nil }
                return StoredRecord(
                    collection: change.collection, key: change.key, version: stamp.version, value: value,
                    updatedAt: stamp.updatedAt)
            })
    }
}
