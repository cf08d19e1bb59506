/// Tells which names carry secrets by convention.
enum SensitiveName {
    /// Whether a header, parameter or variable of this name holds a secret.
    ///
    /// True for the usual credential headers, and for names that contain such words as `token`, `secret` or `password`.
    static func matches(_ name: String) -> Bool {
        let name = name.lowercased()
        return exact.contains(name) || parts.contains { name.contains($0) }
    }

    private static let exact: Set<String> = [
        "authorization", "proxy-authorization", "cookie", "cookie2", "set-cookie", "set-cookie2", "x-amz-signature",
        "www-authenticate", "proxy-authenticate", "authentication-info", "x-auth",
    ]
    private static let parts = [
        "token", "secret", "password", "passwd", "passphrase", "api-key", "api_key", "apikey", "credential",
        "private-key", "private_key", "session-id", "sessionid", "signature",
    ]
}
