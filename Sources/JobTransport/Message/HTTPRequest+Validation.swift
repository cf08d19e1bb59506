extension HTTPRequest {
    /// Checks everything that can be known to be wrong before a connection is made.
    ///
    /// Transports call it; calling it earlier, for example when a job is submitted, gives the error sooner.
    ///
    /// - Throws: ``TransportError`` with code `invalidRequest`, or `unsupportedProtocol` for another scheme.
    public func validate() throws(TransportError) {
        _ = try validated()
    }

    /// The parsed URL of a request that has passed every check.
    func validated() throws(TransportError) -> URLReference {
        guard ASCII.isToken(method.rawValue) else {
            throw invalid("the method is not a token of letters, digits and !#$%&'*+-.^_`|~")
        }
        guard method.rawValue != "CONNECT" else {
            throw invalid("CONNECT is for proxies; set proxy instead")
        }
        let target = try URLReference(url)
        guard target.scheme == "http" || target.scheme == "https" else {
            throw TransportError(
                .unsupportedProtocol, operation: "\(method)",
                detail: "the scheme is \(target.scheme); use http or https")
        }
        try validateHeaders()
        try validateBody()
        try validateLimits()
        return target
    }

    private func validateHeaders() throws(TransportError) {
        for field in headers {
            guard ASCII.isToken(field.name) else {
                throw invalid("a header name is not a token: \(field.name.debugDescription)")
            }
            guard ASCII.isFieldValue(field.value) else {
                throw invalid("the value of header \(field.name) has a control character, such as CR, LF or NUL")
            }
        }
        guard !headers.contains("Transfer-Encoding") else {
            throw invalid("Transfer-Encoding is the transport's to set; give a stream body of unknown length instead")
        }
        for value in headers.values(named: "Content-Length") where Int(value) != body.length ?? 0 {
            throw invalid("the Content-Length header differs from the body's length; leave it out")
        }
    }

    private func validateBody() throws(TransportError) {
        if method == .head, !body.isEmpty {
            throw invalid("a HEAD request has no body; remove it or use another method")
        }
        if let length = body.length, length < 0 {
            throw invalid("the body's length is negative")
        }
    }

    private func validateLimits() throws(TransportError) {
        let durations = [timeouts.connect, timeouts.total, timeouts.idle]
        guard durations.allSatisfy({ $0 ?? .seconds(1) > .zero }) else {
            throw invalid("a timeout is zero or negative; use nil for none")
        }
        guard maximumResponseBytes ?? 0 >= 0, maximumHeaderBytes > 0 else {
            throw invalid("a size limit is negative, or there is no room for headers")
        }
        // sun_path has 108 bytes with the final NUL. Source: https://man7.org/linux/man-pages/man7/unix.7.html
        if let unixSocketPath, !(1...107).contains(unixSocketPath.utf8.count) {
            throw invalid("unixSocketPath must have 1 to 107 bytes")
        }
        var texts = [unixSocketPath, tls.authorityFile, tls.authorityDirectory]
        texts += [tls.clientCertificate?.certificatePath, tls.clientCertificate?.keyPath]
        if case .url(let proxy) = proxy { texts.append(proxy) }
        guard texts.allSatisfy({ !ASCII.hasControl($0 ?? "") }) else {
            throw invalid("a path or the proxy has a control character")
        }
    }

    private func invalid(_ detail: String) -> TransportError {
        let name = ASCII.isToken(method.rawValue) ? method.rawValue : "request"
        return TransportError(.invalidRequest, operation: name, detail: detail)
    }
}
