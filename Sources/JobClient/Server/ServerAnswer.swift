internal import JobCore
internal import JobTransport

/// What an answer that is no success means.
enum ServerAnswer {
    /// The error that an answer tells of: `InvalidJob` when it names fields, else a `QueueError`.
    ///
    /// - Parameters:
    ///   - status: the status code.
    ///   - body: the bytes, problem details where the server is one of ours.
    ///   - operation: what was attempted.
    ///   - origin: the server.
    static func error(status: Int, body: [UInt8], operation: String, origin: String) -> any Error {
        let problem = try? JSONParser.parse(body.prefix(1 << 20))
        if let problem, let invalid = invalidJob(problem) { return invalid }
        let detail = problem?["detail"]?.stringValue ?? problem?["title"]?.stringValue
        let code = problem?["code"]?.stringValue.flatMap(QueueError.Code.init(word:))
        return QueueError(
            code ?? QueueError.Code(httpStatus: status), operation: operation,
            detail:
                "the server \(origin) answered \(status): \(detail.map { String($0.prefix(2_000)) } ?? meaning(status))",
            underlyingCode: status)
    }

    /// The faults of a job that was refused, which come with status 422; those of a message are another thing.
    private static func invalidJob(_ problem: JSONValue) -> InvalidJob? {
        guard problem["status"]?.integerValue == 422,
            problem["code"]?.stringValue != QueueError.Code.invalidRequest.description,
            case .array(let items)? = problem["errors"], !items.isEmpty
        else {
            return nil
        }
        let issues = items.map { item in
            FieldIssue(path: item["path"]?.stringValue ?? "", message: item["message"]?.stringValue ?? "is refused")
        }
        return InvalidJob(issues: issues)
    }

    private static func meaning(_ status: Int) -> String {
        switch status {
        case 401: "it asks for a token; give one with --token or JOBCTL_TOKEN"
        case 403: "the token does not allow this"
        case 404, 405: "there is no queue here; check the URL and the server's version"
        case 413: "the request is larger than it takes"
        case 429: "it asks for fewer requests"
        case 502, 503, 504: "it cannot be used for the moment"
        default: "it gave no reason"
        }
    }

    /// How long the server asks to be left alone, where it says so in seconds.
    static func retryAfter(_ headers: HTTPHeaders) -> Duration? {
        headers["Retry-After"].flatMap { Int64($0) }.map { .seconds(max(0, min($0, 3_600))) }
    }
}
