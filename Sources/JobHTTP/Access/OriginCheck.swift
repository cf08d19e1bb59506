internal import HTTPTypes

/// Keeps web pages of others away from a server that asks for no token; pure.
///
/// Any page that a browser on this machine shows can send requests to loopback, and a name of its own can be made to
/// resolve to loopback. Both are told by header fields that a page cannot forge.
///
/// Source: https://www.w3.org/TR/fetch-metadata/
struct OriginCheck: Sendable {
    /// The host names under which the server may be asked for; nil for any.
    let hosts: Set<String>?

    /// Why a request is refused; nil when it is not.
    func refusal(of head: HTTPRequest) -> String? {
        let authority = head.authority ?? ""
        if let hosts, !hosts.contains(Self.host(of: authority)) {
            return "this server is not known under that host name; see --allowed-host"
        }
        if let site = Self.site.flatMap({ head.headerFields.value($0) }), !["same-origin", "none"].contains(site) {
            return "requests from pages of other sites are refused"
        }
        if let origin = head.headerFields.value(.origin), !Self.isSame(origin, authority) {
            return "requests from pages of other sites are refused"
        }
        return nil
    }

    private static let site = HTTPField.Name("Sec-Fetch-Site")

    /// Whether an origin such as `http://127.0.0.1:8080` is that of the server itself.
    private static func isSame(_ origin: String, _ authority: String) -> Bool {
        let parts = origin.lowercased().split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        return parts.count == 2 && parts[1] == authority.lowercased()
    }

    /// The host without its port, in small letters and without brackets.
    private static func host(of authority: String) -> String {
        let bytes = authority.utf8
        let host =
            bytes.first == UInt8(ascii: "[")
            ? bytes.dropFirst().prefix { $0 != UInt8(ascii: "]") } : bytes.prefix { $0 != UInt8(ascii: ":") }
        return String(decoding: host, as: UTF8.self).lowercased()
    }
}
