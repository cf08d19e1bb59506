/// Whether a request goes through a proxy.
public enum HTTPProxy: Hashable, Sendable {
    /// Straight to the destination; proxy variables of the environment are ignored.
    case direct
    /// What `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` of the process say.
    case environment
    /// Through this proxy: a URL of scheme `http`, `https`, `socks5` or `socks5h`, userinfo allowed.
    case url(String)
}
