internal import HTTPTypes
internal import JobCore

/// The fields of a form that a browser sent.
struct Form {
    private let fields: [String: String]

    /// Reads the body of a request.
    ///
    /// - Throws: ``Problem`` with 413 when it is longer than the limit, with 415 when it is no form, with 400 when it is
    ///   not well-formed.
    init(of request: JobRequest, upTo limit: Int) async throws {
        guard request.contentType == "application/x-www-form-urlencoded" else {
            throw Problem.unsupportedType("application/x-www-form-urlencoded")
        }
        let body = String(decoding: try await request.body(upTo: limit), as: UTF8.self)
        var fields: [String: String] = [:]
        for part in body.split(separator: "&").prefix(50) {
            let sign = part.firstIndex(of: "=") ?? part.endIndex
            guard let name = PercentCoding.decode(part[..<sign], plusIsSpace: true),
                let value = PercentCoding.decode(part[sign...].dropFirst(), plusIsSpace: true)
            else { throw Problem.badRequest("the form is not well-formed") }
            fields[name] = value
        }
        self.fields = fields
    }

    /// The value of a field; an empty text when it is absent.
    subscript(_ name: String) -> String { fields[name] ?? "" }
}
