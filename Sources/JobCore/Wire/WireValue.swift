/// Something that the queue protocol carries as a JSON object: what one side writes, the other reads back the same.
///
/// The OpenAPI description of the server shows the shapes.
package protocol WireValue: Sendable {
    /// Writes the fields into an object that is open.
    func write(to writer: inout WireWriter)

    /// Reads the fields, and checks each that it takes.
    init(_ fields: WireObject) throws(WireFault)
}

extension WireValue {
    /// The whole message.
    package var encoded: [UInt8] {
        var writer = WireWriter()
        writer.object { write(to: &$0) }
        return writer.bytes
    }

    /// Reads a whole message.
    ///
    /// - Parameter bytes: UTF-8 JSON.
    /// - Throws: ``WireFault``, also for what is no JSON.
    package init(decoding bytes: some Collection<UInt8>) throws(WireFault) {
        try self.init(try WireObject(WireMessage.parse(bytes)))
    }
}

/// The limits of messages.
package enum WireMessage {
    /// A step's output may itself be as deep as a document; it stands some levels down.
    private static let depthLimit = 160

    /// The most events, chunks or jobs that one message bears.
    package static let mostEntries = 20_000
    /// The greatest message that a server takes.
    package static let mostBytes = 32 << 20
    /// About how large a client makes its messages, where what they carry can be divided.
    package static let usualBytes = 4 << 20

    static func parse(_ bytes: some Collection<UInt8>) throws(WireFault) -> JSONValue {
        do throws(JSONSyntaxError) {
            return try JSONParser.parse(bytes, depthLimit: depthLimit)
        } catch { throw WireFault(path: "", message: "is no JSON document: \(error)", isSyntax: true) }
    }
}
