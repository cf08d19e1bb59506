internal import JobCore
package import JobTransport

/// What an answer with an error says, whatever the service's way to say it.
package struct ErrorBody: Hashable, Sendable {
    /// The code; nil when the answer names none.
    package var code: String?
    /// The message.
    package var message = ""
    /// AWS's name of the call.
    package var requestID: String?

    /// Reads an answer; one that is no error of AWS, such as a proxy's page, has no code.
    package init(headers: HTTPHeaders, body: [UInt8]) {
        requestID = headers["x-amzn-RequestId"] ?? headers["x-amz-request-id"]
        if let first = body.first(where: { $0 > 32 }) {
            if first == UInt8(ascii: "{") { read(json: body) } else { read(xml: body) }
        }
        if let word = headers["x-amzn-ErrorType"], code == nil { code = Self.bare(word) }
        if let told = headers["x-amzn-query-error"]?.split(separator: ";").first { code = String(told) }
    }

    private mutating func read(json body: [UInt8]) {
        guard let value = try? JSONParser.parse(body) else { return }
        let word = value["__type"]?.stringValue ?? value["code"]?.stringValue ?? value["Code"]?.stringValue
        code = word.map(Self.bare)
        message = value["message"]?.stringValue ?? value["Message"]?.stringValue ?? ""
    }

    /// EC2 says `Response/Errors/Error` and `RequestID`, other query services `ErrorResponse/Error` and `RequestId`,
    /// S3 `Error` alone.
    private mutating func read(xml body: [UInt8]) {
        guard let root = try? XMLReader.parse(body) else { return }
        let error = root["Errors"]?["Error"] ?? root["Error"] ?? (root.name == "Error" ? root : nil)
        code = error?.text("Code")
        message = error?.text("Message") ?? ""
        requestID = root.text("RequestID") ?? root.text("RequestId") ?? error?.text("RequestId") ?? requestID
    }

    /// `com.amazonaws.ssm#ParameterNotFound:http://…` without what is around the word.
    private static func bare(_ word: String) -> String {
        let local = word.split(separator: "#").last ?? ""
        return String(local.split(separator: ":").first ?? "")
    }
}
