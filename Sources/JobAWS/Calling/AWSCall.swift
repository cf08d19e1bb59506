internal import JobCore
package import JobTransport

/// One call to a service: everything but where it goes and who signs it.
///
/// The body is made once. Each time the call is sent, it is the same, and so is the client token in it.
package struct AWSCall: Sendable {
    /// The service.
    package var service: AWSService
    /// The operation's name, for errors and logs.
    package var operation: String
    /// The method.
    package var method: HTTPMethod = .post
    /// The path, encoded as it is sent.
    package var path = "/"
    /// The query, encoded as it is sent; nil for none.
    package var query: String?
    /// Headers beside those of the signature.
    package var headers: HTTPHeaders = [:]
    /// The body.
    package var body: [UInt8] = []
    /// Whether it is signed; STS gives roles for tokens without.
    package var isSigned = true
    /// The most bytes of an answer that is read into memory.
    package var maximumAnswer = 32 << 20
    /// How long one try may take.
    package var timeout = Duration.seconds(60)
    /// Put before the endpoint's host: an S3 bucket.
    package var hostPrefix: String?

    /// Makes a call: a POST without a body.
    package init(service: AWSService, operation: String) {
        self.service = service
        self.operation = operation
    }

    /// Makes a call of a query service: a form.
    package static func form(_ service: AWSService, _ operation: String, version: String, _ form: QueryForm) -> AWSCall
    {
        var whole = QueryForm()
        whole.add("Action", operation)
        whole.add("Version", version)
        whole.append(form)
        var call = AWSCall(service: service, operation: operation)
        call.headers = ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"]
        call.body = whole.bytes
        return call
    }

    /// Makes a call of a JSON service.
    package static func json(_ service: AWSService, _ operation: String, target: String, _ body: [UInt8]) -> AWSCall {
        var call = AWSCall(service: service, operation: operation)
        call.headers = ["Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "\(target).\(operation)"]
        call.body = body
        return call
    }
}

/// An answer in memory.
package struct AWSAnswer: Sendable {
    /// The status, 200 to 299.
    package var status: Int
    /// The headers.
    package var headers: HTTPHeaders
    /// The body.
    package var body: [UInt8]
}
