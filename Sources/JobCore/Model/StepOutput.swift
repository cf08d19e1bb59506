/// What a step produced; kept with the job and readable by later steps.
///
/// A command has `exitCode` (or `signal`), an HTTP step `status`, `headers` and `body` or `json`, a handler `json`.
public struct StepOutput: Hashable, Sendable {
    /// A command's exit code, 0 to 255.
    public var exitCode: Int?
    /// The signal that ended a command, if one did.
    public var signal: Int?
    /// An HTTP answer's status code.
    public var status: Int?
    /// An HTTP answer's header fields, names in lower case; nil for other kinds.
    public var headers: [String: String]?
    /// Text: an HTTP answer's body that is no JSON.
    public var body: String?
    /// JSON: an HTTP answer's body, or a handler's result.
    public var json: JSONValue?
    /// Whether `body` or the log is shorter than what the step produced.
    public var isTruncated: Bool
    /// Whatever else the executor reports, such as skipped scripts; an empty object for nothing.
    public var details: JSONObject

    /// Makes an output; everything is optional.
    public init(
        exitCode: Int? = nil, signal: Int? = nil, status: Int? = nil, headers: [String: String]? = nil,
        body: String? = nil, json: JSONValue? = nil, isTruncated: Bool = false, details: JSONObject = JSONObject()
    ) {
        self.exitCode = exitCode
        self.signal = signal
        self.status = status
        self.headers = headers
        self.body = body
        self.json = json
        self.isTruncated = isTruncated
        self.details = details
    }

    /// The output of a step that produced nothing.
    public static let none = StepOutput()
}
