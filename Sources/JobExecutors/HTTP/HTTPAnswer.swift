internal import JobCore
internal import JobTransport

/// The part of a response that a step keeps.
struct HTTPAnswer: Sendable {
    /// The status.
    var status: Int
    /// The fields.
    var headers: HTTPHeaders
    /// The start of the body.
    var body: [UInt8] = []
    /// Whether the body went on.
    var isTruncated = false

    /// Reads a response's body: keeps what is below `limit`, and reads what follows only up to `hardLimit`, so that the
    /// connection can be used again.
    static func reading(_ response: HTTPResponse, limit: Int, hardLimit: Int) async throws -> HTTPAnswer {
        var answer = HTTPAnswer(status: response.status, headers: response.headers)
        var count = 0
        for try await chunk in response.body {
            count += chunk.count
            let room = max(0, limit - answer.body.count)
            answer.body += chunk.prefix(room)
            if chunk.count > room { answer.isTruncated = true }
            if count > hardLimit { break }
        }
        return answer
    }

    /// What the job keeps of it.
    ///
    /// - Parameter isSecret: tells the names of fields whose values are not kept.
    func output(isSecret: (String) -> Bool) -> StepOutput {
        var output = StepOutput(status: status, headers: keptHeaders(isSecret), isTruncated: isTruncated)
        if body.isEmpty { return output }
        if isJSON, !isTruncated, let value = try? JSONParser.parse(body) {
            output.json = value
            return output
        }
        var text = body
        // The cut may go through a character.
        if isTruncated { text.removeLast(OutputPipe.unfinishedTail(of: text)) }
        output.body = String(decoding: text, as: UTF8.self)
        if String(validating: text, as: UTF8.self) == nil { output.details["isLossy"] = true }
        return output
    }

    private var isJSON: Bool {
        guard let type = headers["Content-Type"]?.utf8.prefix(while: { $0 != UInt8(ascii: ";") }) else { return false }
        let name = String(Substring(type)).trimmingSpaces.lowercased()
        return name == "application/json" || name.hasSuffix("+json")
    }

    private func keptHeaders(_ isSecret: (String) -> Bool) -> [String: String] {
        var kept: [String: String] = [:]
        kept.reserveCapacity(headers.count)
        for field in headers {
            let name = field.name.lowercased()
            var value = field.value
            if isSecret(name) {
                value = "[redacted]"
            } else if Self.urlHeaders.contains(name) {
                value = URLText.redacted(value)
            }
            if let earlier = kept[name], earlier != "[redacted]" { value = "\(earlier), \(value)" }
            kept[name] = value
        }
        return kept
    }

    private static let urlHeaders: Set<String> = ["location", "content-location", "link", "refresh"]
}
