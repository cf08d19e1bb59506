internal import Crypto
public import JobCore

/// The text of a token, `jk_<id>_<secret>`: shown once, never stored.
public struct TokenText: Sendable, CustomStringConvertible {
    /// The token's id, 12 letters and digits.
    public let id: String
    /// The SHA-256 of the secret, which is what stores keep.
    public let hash: [UInt8]
    private let text: String

    /// Makes a new token text.
    public init(using random: RandomSource = .system) {
        id = Self.word(12, random)
        let secret = Self.word(43, random)
        hash = Self.hash(secret)
        text = "jk_\(id)_\(secret)"
    }

    /// Reads a token text; nil when it is none.
    ///
    /// Says nothing about whether the token is known.
    public init?(_ text: some StringProtocol) {
        let parts = text.utf8.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].elementsEqual("jk".utf8), parts[1].count == 12, parts[2].count == 43,
            parts[1].allSatisfy(Self.isWordByte), parts[2].allSatisfy(Self.isWordByte)
        else { return nil }
        id = String(decoding: parts[1], as: UTF8.self)
        hash = Self.hash(String(decoding: parts[2], as: UTF8.self))
        self.text = String(text)
    }

    /// The token itself, to be shown to its owner once.
    public var secretText: String { text }

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
