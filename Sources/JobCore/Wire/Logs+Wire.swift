extension LogChunk: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.field("job", job)
        key.write(to: &writer)
        writer.field("number", number)
        entry.write(to: &writer)
    }

    package init(_ fields: WireObject) throws(WireFault) {
        self.init(
            job: try fields.id("job"), key: try LeaseKey(fields), number: try fields.integer("number", in: 0...Int.max),
            entry: try LogEntry(fields))
    }
}

extension LogEntry: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.field("time", time)
        writer.field("step", step)
        writer.field("attempt", attempt)
        writer.field("stream", stream.rawValue)
        // Programs may print any bytes, and a chunk may end inside a character.
        if let text = String(validating: bytes, as: UTF8.self) {
            writer.field("text", text)
        } else {
            writer.field("base64", Base64.encode(bytes))
        }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        self.init(
            time: try fields.time("time"), step: try fields.optionalInteger("step", in: 0...Int.max),
            attempt: try fields.integer("attempt", in: 0...Int.max), stream: try fields.choice("stream"),
            bytes: try Self.bytes(fields))
    }

    private static func bytes(_ fields: WireObject) throws(WireFault) -> [UInt8] {
        if let text = try fields.optionalString("text") { return Array(text.utf8) }
        guard let bytes = Base64.decode(try fields.string("base64")) else {
            throw WireFault(path: "base64", message: "must be base64 with padding")
        }
        return bytes
    }
}

extension LogPage: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.list("entries", entries) { writer, entry in writer.object { entry.write(to: &$0) } }
        writer.field("nextOffset", nextOffset)
        writer.flag("isComplete", isComplete)
    }

    package init(_ fields: WireObject) throws(WireFault) {
        self.init(
            entries: try fields.list("entries", LogEntry.init(_:)),
            nextOffset: Int64(try fields.integer("nextOffset", in: 0...Int.max)),
            isComplete: try fields.bool("isComplete"))
    }
}
