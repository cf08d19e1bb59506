public import HTTPTypes
public import JobCore

/// Why a request was refused: the one error shape of the API.
///
/// Source: https://www.rfc-editor.org/rfc/rfc9457
public struct Problem: Error, Sendable, CustomStringConvertible {
    /// The HTTP status.
    public var status: HTTPResponse.Status
    /// A stable word for programs, such as `notFound`.
    public var code: String
    /// One sentence for people; holds no secrets.
    public var detail: String
    /// The faults of single fields with their paths; empty when it is about none.
    public var errors: [FieldIssue]
    /// Header fields that belong to the answer, such as `Allow`.
    public var headers: HTTPFields

    /// Makes a problem.
    public init(
        _ status: HTTPResponse.Status, code: String, _ detail: String, errors: [FieldIssue] = [],
        headers: HTTPFields = [:]
    ) {
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers
    }

    /// The text for people and logs.
    public var description: String { "\(status.code) \(code): \(detail)" }

    /// The body of the answer.
    public var json: JSONValue {
        var object: JSONObject = [
            "type": "about:blank",
            "title": .string(status.reasonPhrase.isEmpty ? "Error" : status.reasonPhrase),
            "status": .integer(Int64(status.code)),
            "code": .string(code),
            "detail": .string(detail),
        ]
        if !errors.isEmpty {
            object["errors"] = .array(
                errors.map { ["path": .string($0.path), "message": .string($0.message)] })
        }
        return .object(object)
    }
}

extension Problem {
    /// The request cannot be read.
    static func badRequest(_ detail: String, errors: [FieldIssue] = []) -> Problem {
        Problem(.badRequest, code: "badRequest", detail, errors: errors)
    }

    /// One parameter of the request is wrong.
    static func badParameter(_ path: String, _ message: String) -> Problem {
        Problem(
            .badRequest, code: "badRequest", "\(path) \(message)", errors: [FieldIssue(path: path, message: message)])
    }

    /// What the path names is not there, or not for this caller.
    static func notFound(_ detail: String) -> Problem { Problem(.notFound, code: "notFound", detail) }

    /// There is no such job, or it is not for this caller.
    static let noSuchJob = notFound("there is no such job")

    /// The caller may not do this.
    static func forbidden(_ detail: String) -> Problem { Problem(.forbidden, code: "forbidden", detail) }

    /// The state of the job does not allow it.
    static func conflict(_ code: String, _ detail: String) -> Problem { Problem(.conflict, code: code, detail) }

    /// The body is longer than this route takes.
    static func tooLarge(limit: Int) -> Problem {
        Problem(.contentTooLarge, code: "tooLarge", "the body may have at most \(limit) bytes")
    }

    /// The body is of a type that this route does not read.
    static func unsupportedType(_ accepted: String) -> Problem {
        Problem(.unsupportedMediaType, code: "unsupportedType", "the Content-Type must be \(accepted)")
    }
}
