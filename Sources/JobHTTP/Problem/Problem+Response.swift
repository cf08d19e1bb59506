internal import HTTPTypes
internal import Hummingbird
internal import JobCore

extension Problem {
    /// The answer as `application/problem+json`.
    var response: Response {
        var headers = self.headers
        headers[.contentType] = "application/problem+json"
        headers[.cacheControl] = "no-store"
        headers[.xContentTypeOptions] = "nosniff"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.utf8)))
    }
}

extension Response {
    /// An answer of JSON that nobody keeps.
    init(_ status: HTTPResponse.Status = .ok, json: JSONValue, headers: HTTPFields = [:]) {
        self.init(status, jsonBytes: json.utf8, headers: headers)
    }

    /// An answer of JSON text that nobody keeps, unless the header fields say otherwise.
    init(_ status: HTTPResponse.Status = .ok, jsonBytes: [UInt8], headers: HTTPFields = [:]) {
        var headers = headers
        headers[.contentType] = "application/json"
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
        headers[.xContentTypeOptions] = "nosniff"
        self.init(
            status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: jsonBytes)))
    }
}
