/// Whether a server may listen as it was told; pure.
struct SecurityCheck {
    let address: ListenAddress
    let asksForTokens: Bool
    let hasTLS: Bool
    /// Whether the one who runs it takes the risk knowingly.
    let isInsecureAllowed: Bool

    /// What stands against it; nil for nothing.
    var refusal: String? {
        if address.isLoopback || isInsecureAllowed && asksForTokens { return nil }
        if !asksForTokens {
            return "--no-auth is only for this machine; listen on 127.0.0.1, or leave it out and use tokens"
        }
        if !hasTLS {
            return "\(address.host) can be reached from outside, where tokens must not travel in the clear: give "
                + "--tls-certificate and --tls-key, or say --insecure-plain-http where a proxy adds TLS"
        }
        return nil
    }
}
