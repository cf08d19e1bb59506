/// Tells which names carry secrets by convention.
enum SensitiveName {
    /// Whether a header, parameter or variable of this name holds a secret.
    ///
    /// True for the usual credential headers, and for names that contain such words as `token`, `secret` or `password`.
    static func matches(_ name: String) -> Bool {
        let name = name.lowercased()
        if exact.contains(name) { return true }
        // Bytes, because the search of the standard library for a text prepares a table for each word: that took two
        // fifths of the processor time of small HTTP steps, which ask for every field.
        let bytes = Array(name.utf8)
        return parts.contains { contains(bytes, $0) }
    }

    private static func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
        guard bytes.count >= part.count else { return false }
        return (0...bytes.count - part.count).contains { bytes[$0..<$0 + part.count].elementsEqual(part) }
    }

    private static let exact: Set<String> = [
        "authorization", "proxy-authorization", "cookie", "cookie2", "set-cookie", "set-cookie2", "x-amz-signature",
        "www-authenticate", "proxy-authenticate", "authentication-info", "x-auth",
    ]
    private static let parts: [[UInt8]] = [
        "token", "secret", "password", "passwd", "passphrase", "api-key", "api_key", "apikey", "credential",
        "private-key", "private_key", "session-id", "sessionid", "signature",
    ].map { Array($0.utf8) }
}
