internal import HTTPTypes
internal import Hummingbird
internal import JobCore

/// A random word in a cookie that the forms of a browser without a session must repeat.
///
/// It keeps foreign pages from sending the login form, and all forms where a server asks for no token.
///
/// Source: https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
struct GuestCookie {
    static let name = "jobkit_guest"
    private static let byteCount = 32

    /// The word of a request; nil when it has none.
    static func word(of request: Request) -> String? {
        let fields = request.headers[values: .cookie].flatMap { $0.split(separator: ";") }.prefix(50)
        let pair = fields.map { String($0).trimmingSpaces() }.first { $0.hasPrefix("\(name)=") }
        guard let word = pair?.dropFirst(name.count + 1), word.utf8.count < 100,
            Base64URL.decode(String(word))?.count == byteCount
        else { return nil }
        return String(word)
    }

    /// A new word.
    static func newWord() -> String {
        var random = RandomSource.system
        return Base64URL.encode((0..<byteCount).map { _ in UInt8.random(in: .min ... .max, using: &random) })
    }

    /// The `Set-Cookie` value that gives a browser a word.
    static func cookie(_ word: String, _ configuration: JobService.Configuration) -> String {
        let path = configuration.pathPrefix.isEmpty ? "/" : configuration.pathPrefix
        return "\(name)=\(word); Path=\(path); HttpOnly; SameSite=Strict" + (configuration.isSecure ? "; Secure" : "")
    }
}
