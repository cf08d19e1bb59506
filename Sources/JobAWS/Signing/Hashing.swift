internal import Crypto
internal import JobCore

/// The hashes of AWS signatures, in the forms that are sent.
package enum Hashing {
    /// The SHA-256 of bytes in lower-case hexadecimal digits.
    package static func sha256(_ bytes: some Sequence<UInt8>) -> String {
        var hash = SHA256()
        hash.update(data: Array(bytes))
        return Hexadecimal.encode(hash.finalize())
    }

    static func hmac(_ text: String, key: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: key)))
    }
}
