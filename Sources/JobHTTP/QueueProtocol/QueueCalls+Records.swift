internal import JobCore

extension QueueCalls {
    /// The calls about records, for those whom nothing narrows.
    func records(_ call: QueueRoute, _ body: [UInt8], _ request: JobRequest) async throws -> [UInt8] {
        try request.principal.checkSeesEverything()
        switch call {
        case .record:
            let name = try RecordName(decoding: body)
            return RecordReply(record: try await store.record(name.key, in: name.collection)).encoded
        case .records: return try await page(try RecordsRequest(decoding: body)).encoded
        default:
            let message = try RecordsChange(decoding: body)
            return try await once(call, request) {
                do {
                    let stored = try await store.write(message.changes)
                    return RecordsChangeReply(result: .success(stored.map(RecordStamp.init))).encoded
                } catch let conflict as RecordConflict {
                    return RecordsChangeReply(result: .failure(conflict)).encoded
                }
            }
        }
    }

    /// How many records are read at a time, so that large ones do not fill the memory.
    private static let recordsAtOnce = 16

    private func page(_ request: RecordsRequest) async throws -> RecordsReply {
        var records: [StoredRecord] = []
        var size = 0
        while records.count < request.limit {
            let wanted = min(Self.recordsAtOnce, request.limit - records.count)
            let part = try await store.records(
                in: request.collection, after: records.last?.key ?? request.after, limit: wanted)
            records += part
            size += part.reduce(0) { $0 + $1.value.sizeBound }
            if part.count < wanted { break }
            if size > WireMessage.usualBytes {
                return RecordsReply(records: records, isCut: records.count < request.limit)
            }
        }
        return RecordsReply(records: records, isCut: false)
    }
}
