internal import HTTPTypes
internal import JobCore
internal import NIOHTTP1
internal import NIOHTTPTypesHTTP1

extension Problem {
    /// What a client is told whose bytes are no request; nil when the trouble is another.
    init?(malformed error: any Error) {
        switch error {
        case HTTPParserError.headerOverflow:
            self.init(
                .requestHeaderFieldsTooLarge, code: "fieldsTooLarge",
                "the request's line and header fields are more than this server takes")
        case let error as HTTPParserError: self = .malformed("\(error)")
        case let error as HTTP1TypeConversionError:
            self = .malformed(error == .invalidMethod ? "invalidMethod" : "invalidURL")
        default: return nil
        }
    }

    private static func malformed(_ what: String) -> Problem {
        badRequest("this is no well-formed HTTP/1.1 request: \(what)")
    }

    /// The header fields of the answer when it is written without the service; the connection ends with it.
    var lastHead: HTTPResponse {
        HTTPResponse(
            status: status,
            headerFields: [
                .connection: "close", .contentType: "application/problem+json", .cacheControl: "no-store",
                .xContentTypeOptions: "nosniff", .contentLength: "\(json.utf8.count)",
            ])
    }
}
