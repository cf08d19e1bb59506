internal import JobCore

/// Reads the answer to a pull: one JSON object a line, of which the last may be an error.
///
/// Source: https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Image/operation/ImageCreate
struct PullProgress: Sendable {
    /// Most lines for people; an image has up to 127 layers, and each layer has many events.
    static let mostNotes = 20
    private static let mostLineBytes = 256 * 1024

    private let operation: String
    private var line: [UInt8] = []
    private var notes = 0

    /// Makes a reader; `operation` is for errors.
    init(operation: String) {
        self.operation = operation
    }

    /// Takes what has arrived, and returns what people should know.
    ///
    /// - Throws: ``EngineError`` with kind `refused` for an error that came in the stream.
    mutating func take(_ chunk: [UInt8]) throws(EngineError) -> [String] {
        var told: [String] = []
        for part in chunk.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            if part.offset > 0 { try told.append(contentsOf: endLine()) }
            line += part.element
            guard line.count <= Self.mostLineBytes else {
                throw EngineError(.malformed, operation, "the engine sent a line that is too long")
            }
        }
        return told
    }

    /// Takes the end of the answer.
    mutating func finish() throws(EngineError) -> [String] { try endLine() }

    private mutating func endLine() throws(EngineError) -> [String] {
        defer { line = [] }
        if line.allSatisfy({ [9, 13, 32].contains($0) }) { return [] }
        let event: JSONValue
        do throws(JSONSyntaxError) { event = try JSONParser.parse(line) } catch {
            throw EngineError(.malformed, operation, "the engine sent no JSON: \(error)")
        }
        if let message = event["errorDetail"]?["message"]?.stringValue ?? event["error"]?.stringValue {
            let status = event["errorDetail"]?["code"]?.integerValue ?? 500
            throw EngineError(.refused(status: Int(clamping: status)), operation, EngineText.oneLine(message))
        }
        guard let status = event["status"]?.stringValue else { return [] }
        // Layers when they are complete, and the closing lines, which belong to no layer: `Digest: …`, `Status: …`.
        let layer = event["id"]?.stringValue
        let isTold = layer == nil || status == "Pull complete" || status == "Already exists"
        guard isTold, notes <= Self.mostNotes || layer == nil && notes <= Self.mostNotes + 8 else { return [] }
        notes += 1
        if notes == Self.mostNotes + 1, layer != nil { return ["further layers are not listed"] }
        return [EngineText.oneLine(layer.map { "\($0): \(status)" } ?? status)]
    }
}
