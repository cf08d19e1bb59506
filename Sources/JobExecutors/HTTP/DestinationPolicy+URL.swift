internal import JobTransport

extension DestinationPolicy {
    /// Why a URL can be refused without resolving its name; nil when it may be tried.
    ///
    /// What the name resolves to is judged right before connecting; this spares callers a job that is bound to fail.
    public func refusal(ofURL text: String) -> String? {
        guard let url = try? URLReference(text) else { return "is no URL" }
        if let objection = objection(to: url) { return objection }
        let host = url.host.hasPrefix("[") ? String(url.host.dropFirst().dropLast()) : url.host
        let literal = host.lowercased() == "localhost" ? "127.0.0.1" : host
        guard let address = ResolvedAddress(literal, port: url.port) else { return nil }
        return permits(address) ? nil : "the address is not allowed here"
    }
}
