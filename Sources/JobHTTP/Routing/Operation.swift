public import JobCore

/// What the OpenAPI description says of a call.
///
/// Source: https://spec.openapis.org/oas/v3.1.0#operation-object
public struct Operation: Hashable, Sendable {
    /// A unique word for programs, such as `createJob`.
    public var id: String
    /// One line for people.
    public var summary: String
    /// The group that it is shown in, such as `jobs`.
    public var tag: String
    /// The parameters, as OpenAPI parameter objects; those of the path are added by themselves.
    public var parameters: [JSONValue]
    /// The body, as an OpenAPI request body object; nil for none.
    public var requestBody: JSONValue?
    /// The answers by status, as OpenAPI response objects; what every call may answer is added by itself.
    public var responses: JSONObject

    /// Makes a description.
    public init(
        _ id: String, _ summary: String, tag: String, parameters: [JSONValue] = [], requestBody: JSONValue? = nil,
        responses: JSONObject
    ) {
        self.id = id
        self.summary = summary
        self.tag = tag
        self.parameters = parameters
        self.requestBody = requestBody
        self.responses = responses
    }
}
