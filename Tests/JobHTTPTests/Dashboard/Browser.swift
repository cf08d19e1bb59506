import JobCore
import JobHTTP
import JobTransport
import Synchronization
import Testing

/// A browser as far as the service can tell: it keeps cookies, sends forms, and follows no redirects.
final class Browser: Sendable {
    let server: LiveServer
    private let cookies = Mutex<[String: String]>([:])

    init(_ server: LiveServer) {
        var server = server
        server.token = nil
        self.server = server
    }

    /// The value of a cookie.
    func cookie(_ name: String) -> String? { cookies.withLock { $0[name] } }

    func get(_ path: String, headers: HTTPHeaders = [:]) async throws -> Answer {
        try await send(.get, path, nil, headers: headers)
    }

    /// Sends a form with the word of a page, as the page's own form does.
    func submit(
        _ path: String, _ fields: [String: String] = [:], word: String?, headers: HTTPHeaders = [:]
    ) async throws -> Answer {
        var fields = fields
        fields["word"] = word
        let body = fields.map { "\(Self.encode($0.key))=\(Self.encode($0.value))" }.joined(separator: "&")
        var headers = headers
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return try await send(.post, path, body, headers: headers)
    }

    /// Signs in with a token and returns the word of the session's forms.
    func signIn(_ token: String) async throws -> String {
        let page = try await get("/login")
        let answer = try await submit("/login", ["token": token], word: page.word)
        try #require(answer.status == 303, "\(answer.text)")
        return try #require(try await get("/").word)
    }

    /// Opens a page's stream.
    func open(_ path: String) async throws -> HTTPResponse {
        try await server.open(.get, path, headers: ["Cookie": sentCookies])
    }

    private var sentCookies: String {
        cookies.withLock { $0.map { "\($0.key)=\($0.value)" }.joined(separator: "; ") }
    }

    private func send(
        _ method: HTTPMethod, _ path: String, _ body: String?, headers: HTTPHeaders
    ) async throws -> Answer {
        var headers = headers
        if !sentCookies.isEmpty { headers["Cookie"] = sentCookies }
        let answer = try await server.send(method, path, body, headers: headers)
        if let field = answer.headers["Set-Cookie"], let pair = field.split(separator: ";").first {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            cookies.withLock { $0[String(parts[0])] = parts.count > 1 && !parts[1].isEmpty ? String(parts[1]) : nil }
        }
        return answer
    }

    private static func encode(_ text: String) -> String {
        text.utf8.map { byte in
            (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte)
                ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}

extension Answer {
    /// What the forms of this page repeat.
    var word: String? {
        guard let start = text.firstRange(of: #"name="word" value=""#) else { return nil }
        return String(text[start.upperBound...].prefix { $0 != "\"" })
    }
}
