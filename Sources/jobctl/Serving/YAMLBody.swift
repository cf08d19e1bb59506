internal import HTTPTypes
internal import JobCore
internal import JobHTTP

/// Reads the YAML bodies of submissions as job files are read.
enum YAMLBody {
    /// The documents of a body.
    ///
    /// - Throws: `Problem` with 400 and the line.
    static func documents(_ bytes: [UInt8]) throws(Problem) -> [JSONValue] {
        guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else {
            throw Problem(.badRequest, code: "badRequest", "the body is no text in UTF-8")
        }
        do throws(DocumentFault) {
            return try YAMLComposer.documents(in: bytes, recordsLines: false).map(\.value)
        } catch {
            let place = error.line.map { "line \($0): " } ?? ""
            throw Problem(.badRequest, code: "badRequest", "the body is no YAML: \(place)\(error.message)")
        }
    }
}
