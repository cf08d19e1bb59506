internal import JobCore
internal import JobTransport

extension StepInvocation {
    /// The first request of an HTTP step.
    ///
    /// - Throws: ``StepFailure`` with code `invalidStep` when a field is one that the transport sets.
    func exchange(for action: HTTPAction, userAgent: String) throws(StepFailure) -> HTTPStepMachine.Exchange {
        for name in action.headers.keys.sorted() where HTTPAction.transportHeaders.contains(name.lowercased()) {
            throw StepFailure(
                .invalidStep, "the header \(name) is set by the transport; remove it from the step", isRetryable: false)
        }
        let url: URLReference
        do { url = try URLReference(action.url) } catch {
            throw StepFailure(.invalidStep, error.description, isRetryable: false)
        }
        var headers = defaultHeaders(userAgent: userAgent)
        var body = HTTPRequestBody.none
        switch action.body {
        case .text(let text):
            body = .text(text)
        case .json(let value):
            body = .bytes(value.utf8)
            headers["Content-Type"] = "application/json"
        case nil:
            break
        }
        for (name, value) in action.headers.sorted(by: { $0.key < $1.key }) { headers[name] = value }
        return HTTPStepMachine.Exchange(
            method: HTTPMethod(rawValue: action.method), url: url, headers: headers, body: body)
    }

    private func defaultHeaders(userAgent: String) -> HTTPHeaders {
        var headers = HTTPHeaders()
        for (name, value) in traceContext.sorted(by: { $0.key < $1.key })
        where !HTTPAction.transportHeaders.contains(name.lowercased()) { headers[name] = value }
        headers["Accept"] = "*/*"
        headers["User-Agent"] = userAgent
        headers["Idempotency-Key"] = idempotencyKey
        headers["Job-Attempt-Id"] = attemptID
        headers["Job-Id"] = jobID.description
        if let metadata = metadataHeader { headers["Job-Metadata"] = metadata }
        return headers
    }

    /// The metadata as JSON in ASCII; nil when there is none, or more than servers accept in a header.
    private var metadataHeader: String? {
        if metadata.isEmpty { return nil }
        let members = metadata.sorted { $0.key < $1.key }.map { (key: $0.key, value: JSONValue.string($0.value)) }
        var text = ""
        for unit in JSONValue.object(JSONObject(uniqueMembers: members)).text.utf16 {
            if unit < 0x80 {
                text.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            } else {
                let digits = String(unit, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return text.utf8.count > Self.metadataLimit ? nil : text
    }

    /// Servers commonly accept 8 KiB of header fields in all.
    private static let metadataLimit = 4_096
}
