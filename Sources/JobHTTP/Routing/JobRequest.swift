public import HTTPTypes
public import Hummingbird
public import JobCore

/// A call that has been let in: the request, who makes it, and the parameters of its path.
public struct JobRequest: Sendable {
    /// The request.
    public let request: Request
    /// Who makes it.
    public let principal: Principal
    /// The path's parameters as they were written, not decoded.
    public let parameters: Parameters
    /// The longest body that is read, in bytes.
    let bodyLimit: Int

    /// The request's header fields.
    public var headers: HTTPFields { request.headers }

    /// A parameter of the path, decoded.
    ///
    /// - Throws: ``Problem`` when it is not well-formed.
    public func parameter(_ name: String) throws(Problem) -> String {
        guard let raw = parameters.get(name), let text = PercentCoding.decode(raw) else {
            throw .notFound("the path is not well-formed")
        }
        return text
    }

    /// The job that the path names; whatever is no id names no job.
    ///
    /// - Throws: ``Problem`` with 404.
    public func jobID(_ name: String = "id") throws(Problem) -> JobID {
        guard let id = JobID(try parameter(name)) else { throw .noSuchJob }
        return id
    }

    /// The whole body.
    ///
    /// - Parameter limit: the most bytes; nil for the server's limit.
    /// - Throws: ``Problem`` with 413 before more than that has been read.
    public func body(upTo limit: Int? = nil) async throws -> [UInt8] {
        let limit = limit ?? bodyLimit
        if let length = headers.value(.contentLength).flatMap(Int.init), length > limit {
            throw Problem.tooLarge(limit: limit)
        }
        if headers.value(.expect) != nil { Delivery.current?.wantsBody() }
        do {
            let buffer = try await request.body.collect(upTo: limit)
            return Array(buffer.readableBytesView)
        } catch is TooManyBytes {
            throw Problem.tooLarge(limit: limit)
        }
    }

    /// The body as JSON.
    ///
    /// - Throws: ``Problem`` with 400 when it is none, 413 when it is too long, 415 when it says to be another type.
    public func json(upTo limit: Int? = nil) async throws -> JSONValue {
        guard contentType == nil || contentType == "application/json" else {
            throw Problem.unsupportedType("application/json")
        }
        return try JSONParser.parse(try await body(upTo: limit))
    }

    /// The type of the body in small letters, without its parameters; nil when it says none.
    var contentType: String? {
        guard let field = headers.value(.contentType) else { return nil }
        // Nearly every client writes it like this.
        if field == "application/json" { return field }
        let type = field.prefix { $0 != ";" }
        return type.lowercased().trimmingSpaces()
    }

    private static let keyField = HTTPField.Name("Idempotency-Key")

    /// The caller's name for a request that it may repeat; nil when it gives none.
    ///
    /// - Throws: ``Problem`` with 400 when it is no such name.
    func idempotencyKey() throws(Problem) -> String? {
        guard let name = Self.keyField, let text = headers.value(name) else { return nil }
        guard (1...200).contains(text.utf8.count), text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw .badRequest("the Idempotency-Key must be 1 to 200 visible ASCII characters")
        }
        return text
    }
}
