internal import Crypto
public import JobCore

/// The text of a token, `jk_<id>_<secret>`: shown once, never stored.
///
/// A secret may outlive an id: a machine makes one before it knows under which id the server will keep its hash.
public struct TokenText: Sendable, CustomStringConvertible {
    /// The token's id: 12 letters and digits, or what its maker chose, 1 to 64 of `A-Z a-z 0-9 . _ -`.
    public let id: String
    /// The SHA-256 of the secret, which is what stores keep.
    public let hash: [UInt8]
    private let secret: String

    /// Makes a new token text.
    public init(using random: RandomSource = .system) {
        self.init(id: Self.word(12, random), secret: Self.word(43, random))
    }

    private init(id: String, secret: String) {
        self.id = id
        self.secret = secret
        hash = Self.hash(secret)
    }

    /// The same secret under another id; nil when that is none.
    public func named(_ id: String) -> TokenText? {
        Self.isID(id.utf8) ? TokenText(id: id, secret: secret) : nil
    }

    /// Reads a token text; nil when it is none.
    ///
    /// Says nothing about whether the token is known.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8.prefix(Self.longest + 1))
        // A secret has no underscore, so the last one stands before it.
        guard bytes.count <= Self.longest, bytes.starts(with: "jk_".utf8),
            let last = bytes.lastIndex(of: UInt8(ascii: "_")), last > 3
        else { return nil }
        let (id, secret) = (bytes[3..<last], bytes[(last + 1)...])
        guard Self.isID(id), secret.count == 43, secret.allSatisfy(Self.isWordByte) else { return nil }
        self.init(id: String(decoding: id, as: UTF8.self), secret: String(decoding: secret, as: UTF8.self))
    }

    /// The token itself, to be shown to its owner once.
    public var secretText: String { "jk_\(id)_\(secret)" }

    private static let longest = 3 + 64 + 1 + 43

    private static func isID(_ id: some Collection<UInt8>) -> Bool {
        (1...64).contains(id.count)
            && id.allSatisfy { isWordByte($0) || "-._".utf8.contains($0) }
    }

    /// The id alone; never the secret.
    public var description: String { "jk_\(id)_…" }

    /// Whether two digests are equal, in a time that does not tell where they differ.
    static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func hash(_ secret: String) -> [UInt8] { Array(SHA256.hash(data: Array(secret.utf8))) }

    /// 62 letters and digits: 43 of them hold 256 bits.
    private static func word(_ count: Int, _ random: RandomSource) -> String {
        var random = random
        return String(
            decoding: (0..<count).map { _ in alphabet[Int.random(in: 0..<62, using: &random)] }, as: UTF8.self)
    }

    private static let alphabet = Array("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)

    private static func isWordByte(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte)
    }
}
