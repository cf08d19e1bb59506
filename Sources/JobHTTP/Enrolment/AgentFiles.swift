internal import Crypto
internal import HTTPTypes
internal import Hummingbird
internal import JobCore
internal import NIOCore
internal import Synchronization

/// The programs that enrolled machines run, as files that are sent with their digests.
///
/// The digest of a file is kept as long as the file stays as it is; one that is replaced under way is sent to its end
/// as it was opened.
final class AgentFiles: Sendable {
    private let paths: [String: String]
    private let digests = Mutex<[OpenFile.Stamp: String]>([:])

    init(paths: [String: String]) {
        self.paths = paths
    }

    /// `GET /v1/agents/{platform}`: the program for a platform; its ETag is its SHA-256 in hexadecimal digits.
    func answer(_ request: JobRequest) async throws -> Response {
        let platform = try request.parameter("platform")
        guard let path = paths[platform] else {
            let known = paths.keys.sorted().joined(separator: ", ")
            throw Problem.notFound(
                "there is no program for this platform; there is one for \(known.isEmpty ? "none" : known)")
        }
        guard let file = try await OpenFile.open(path) else {
            throw Problem(
                .serviceUnavailable, code: "unavailable", "the program for \(platform) cannot be read on the server",
                headers: [.retryAfter: "60"])
        }
        let digest = try await digest(of: file)
        var headers: HTTPFields = [
            .contentType: "application/octet-stream", .cacheControl: "private, no-cache",
            .xContentTypeOptions: "nosniff", .eTag: "\"\(digest)\"",
        ]
        if request.headers[.ifNoneMatch] == "\"\(digest)\"" { return Response(status: .notModified, headers: headers) }
        headers[.contentDisposition] = "attachment; filename=\"jobkit-\(platform.filter(Self.isPlain))\""
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody(contentLength: file.stamp.size) { writer in
                var offset = 0
                while let bytes = try await file.chunk(at: offset) {
                    try await writer.write(ByteBuffer(bytes: bytes))
                    offset += bytes.count
                }
                try await writer.finish(nil)
            })
    }

    private func digest(of file: OpenFile) async throws -> String {
        if let known = digests.withLock({ $0[file.stamp] }) { return known }
        var hash = SHA256()
        var offset = 0
        while let bytes = try await file.chunk(at: offset) {
            hash.update(data: bytes)
            offset += bytes.count
        }
        let digest = Hexadecimal.encode(hash.finalize())
        digests.withLock { digests in
            // A file that was replaced is not asked for again.
            if digests.count >= 100 { digests = [:] }
            digests[file.stamp] = digest
        }
        return digest
    }

    private static func isPlain(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "-")
    }
}
