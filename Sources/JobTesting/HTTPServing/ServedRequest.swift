public import JobTransport

/// A request as a fake server sees it.
public struct ServedRequest: Sendable {
    /// The method, such as `POST`.
    public var method: HTTPMethod
    /// The path as it was sent, without the query.
    public var path: String
    /// The query without `?`; empty when there is none.
    public var query: String
    /// The header fields in the order received.
    public var headers: HTTPHeaders
    /// The whole body.
    public var body: [UInt8]
    /// How many routers, bridges of containers included, lie between the caller and the server.
    public var hops: Int

    /// Makes a request.
    public init(
        method: HTTPMethod, path: String, query: String = "", headers: HTTPHeaders = [:], body: [UInt8] = [],
        hops: Int = 0
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.hops = hops
    }
}

/// What a fake server does with a request.
public enum ServedAnswer: Sendable {
    /// It answers.
    case reply(status: Int, headers: HTTPHeaders, body: [UInt8])
    /// It closes the connection without a word, whatever it has done before.
    case closed
    /// It does not even accept the connection; a real server closes it, which is as near as it can come.
    case refused
    /// It keeps the connection and says nothing.
    case silent

    /// An answer with a text.
    static func text(_ status: Int, _ text: String, type: String = "text/plain") -> ServedAnswer {
        .reply(status: status, headers: ["Content-Type": type], body: Array(text.utf8))
    }
}
