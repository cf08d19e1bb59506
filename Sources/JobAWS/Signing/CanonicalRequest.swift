package import JobTransport

/// The one text that a client and AWS both make of a request, so that both sign the same.
///
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
package struct CanonicalRequest: Hashable, Sendable {
    /// How the path of the request line becomes the signed path.
    package enum PathStyle: Hashable, Sendable {
        /// Dot segments and repeated slashes go, and what is left is encoded once more: all services but S3.
        case normalized
        /// As written: S3, whose keys may hold anything.
        case verbatim
    }

    /// The text to hash.
    package let text: String
    /// The names of the signed headers, joined by `;`.
    package let signedHeaders: String

    /// Makes the text.
    ///
    /// - Parameters:
    ///   - method: the method.
    ///   - path: the path as it stands in the request line.
    ///   - query: the query as it stands in the request line, without `?`.
    ///   - headers: the headers; those that proxies may change are not signed.
    ///   - payloadHash: the body's SHA-256 in hexadecimal digits, or one of the words that stand for it.
    ///   - style: what becomes of the path.
    package init(
        method: String, path: String, query: String?, headers: HTTPHeaders, payloadHash: String, style: PathStyle
    ) {
        let signed = Self.signed(headers)
        signedHeaders = signed.map(\.name).joined(separator: ";")
        let lines = signed.map { "\($0.name):\($0.value)\n" }.joined()
        text = [
            method, Self.path(path, style: style), Self.query(query ?? ""), lines, signedHeaders, payloadHash,
        ].joined(separator: "\n")
    }

    private static let unsigned: Set<String> = [
        "authorization", "connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization",
        "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id",
    ]

    static func signed(_ headers: HTTPHeaders) -> [(name: String, value: String)] {
        var values: [String: [String]] = [:]
        for field in headers {
            let name = field.name.lowercased()
            guard !unsigned.contains(name) else { continue }
            values[name, default: []].append(squeezed(field.value))
        }
        return values.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { (name: $0.key, value: $0.value.joined(separator: ",")) }
    }

    /// Without white space at the ends, and with one space for each run inside.
    private static func squeezed(_ value: String) -> String {
        value.split { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r\n" || $0 == "\r" }.joined(separator: " ")
    }

    private static func path(_ path: String, style: PathStyle) -> String {
        switch style {
        case .verbatim: path.isEmpty ? "/" : path
        case .normalized: PercentEncoding.encode(withoutDots(path), keepingSlashes: true)
        }
    }

    private static func withoutDots(_ path: String) -> String {
        var kept: [Substring] = []
        for segment in path.split(separator: "/") {
            switch segment {
            case ".": continue
            case "..": _ = kept.popLast()
            default: kept.append(segment)
            }
        }
        let isFolder = path.hasSuffix("/") || path.hasSuffix("/.") || path.hasSuffix("/..")
        return "/" + kept.joined(separator: "/") + (isFolder && !kept.isEmpty ? "/" : "")
    }

    private static func query(_ query: String) -> String {
        let pairs = query.split(separator: "&").map { pair -> (name: String, value: String) in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (encodedOnce(parts[0]), parts.count > 1 ? encodedOnce(parts[1]) : "")
        }
        let sorted = pairs.sorted {
            $0.name == $1.name
                ? $0.value.utf8.lexicographicallyPrecedes($1.value.utf8)
                : $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }
        return sorted.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    }

    /// Encodes a part that may be encoded in another way, or not at all.
    private static func encodedOnce(_ part: Substring) -> String {
        PercentEncoding.encode(String(decoding: PercentEncoding.decode(part), as: UTF8.self))
    }
}
