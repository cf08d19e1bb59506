internal import Crypto
internal import HTTPTypes
internal import Hummingbird
internal import JobCore

/// A file that pages need, part of the program; its name holds a hash of its content, so it never changes.
struct Asset: Sendable {
    /// The name with the hash, such as `dashboard.0123456789ab.css`.
    let name: String
    private let tag: String
    private let type: String
    private let bytes: [UInt8]

    private init(_ stem: String, _ suffix: String, type: String, _ text: String) {
        bytes = Array(text.utf8)
        let digest = SHA256.hash(data: bytes).prefix(6).flatMap { [$0 >> 4, $0 & 15] }
        let hash = String(decoding: digest.map { Array("0123456789abcdef".utf8)[Int($0)] }, as: UTF8.self)
        name = "\(stem).\(hash).\(suffix)"
        tag = "\"\(hash)\""
        self.type = type
    }

    static let style = Asset("dashboard", "css", type: "text/css; charset=utf-8", styleText)
    static let script = Asset("dashboard", "js", type: "text/javascript; charset=utf-8", scriptText)
    static let icon = Asset("icon", "svg", type: "image/svg+xml", iconText)
    static let all = Dictionary(uniqueKeysWithValues: [style, script, icon].map { ($0.name, $0) })

    /// The answer to a request for it.
    func response(to request: Request) -> Response {
        var headers: HTTPFields = [
            .eTag: tag, .cacheControl: "public, max-age=31536000, immutable", .xContentTypeOptions: "nosniff",
        ]
        if let known = request.headers[.ifNoneMatch], EntityTags.matches(known, tag, weakly: true) {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = type
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
