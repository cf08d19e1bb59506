public import JobTransport

/// Where HTTP steps may connect to.
///
/// It is checked with the address that a name resolves to, right before connecting, and again for each redirect. An IPv6
/// address that stands for an IPv4 address (mapped, NAT64, 6to4, Teredo, ISATAP) is judged by both.
/// Always refused, unless in ``allowedRanges``: link-local, multicast, unspecified and broadcast addresses. In this order:
/// ``deniedRanges``, ``allowedRanges``, ``allowsMetadata``, the rest.
public struct DestinationPolicy: Sendable {
    /// Whether the metadata services of clouds may be reached, where instances get their credentials. Default false.
    public var allowsMetadata = false
    /// Whether this machine may be reached. Default true.
    public var allowsLoopback = true
    /// Whether private networks may be reached: RFC 1918, RFC 6598 and fc00::/7. Default true.
    public var allowsPrivate = true
    /// Ranges that may be reached in spite of the rules of kinds. Default none.
    public var allowedRanges: [AddressRange] = []
    /// Ranges that may never be reached. Default none.
    public var deniedRanges: [AddressRange] = []
    /// Whether nothing but ``allowedRanges`` may be reached. Default false.
    public var isExclusive = false
    /// The hosts that may be named: `example.org`, or `*.example.org` for those below it; nil for all. Default nil.
    public var allowedHosts: [String]?
    /// The ports that may be used; nil for all. Default nil.
    public var allowedPorts: Set<Int>?
    /// Whether only https may be used. Default false.
    public var requiresTLS = false

    /// The default policy.
    public init() {}

    /// Only the public Internet: neither this machine nor private networks.
    public static var publicInternet: DestinationPolicy {
        var policy = DestinationPolicy()
        policy.allowsLoopback = false
        policy.allowsPrivate = false
        return policy
    }

    /// Whether an address may be connected to.
    public func permits(_ address: ResolvedAddress) -> Bool {
        if let allowedPorts, !allowedPorts.contains(address.port) { return false }
        let isAllowed = allowedRanges.contains { $0.contains(address) }
        if isExclusive, !isAllowed { return false }
        return ([address] + address.embeddedIPv4).allSatisfy(isAcceptable)
    }

    /// Why a URL may not be used, whatever it resolves to; nil when it may.
    func objection(to url: URLReference) -> String? {
        if requiresTLS, url.scheme != "https" { return "only https is allowed here" }
        if let allowedPorts, !allowedPorts.contains(url.port) { return "port \(url.port) is not allowed here" }
        if let allowedHosts, !allowedHosts.contains(where: { Self.matches(url.host, $0) }) {
            return "the host is not allowed here"
        }
        return nil
    }

    private func isAcceptable(_ address: ResolvedAddress) -> Bool {
        if deniedRanges.contains(where: { $0.contains(address) }) { return false }
        if allowedRanges.contains(where: { $0.contains(address) }) { return true }
        if Self.metadata.contains(where: { $0.contains(address) }) { return allowsMetadata }
        if address.isLinkLocal || address.isMulticast || address.isUnspecified { return false }
        if address.bytes == [255, 255, 255, 255] { return false }
        if address.isLoopback { return allowsLoopback }
        if address.isPrivate { return allowsPrivate }
        return true
    }

    private static func matches(_ host: String, _ pattern: String) -> Bool {
        // A name may end with the dot of the root.
        var host = host.lowercased()
        if host.hasSuffix(".") { host.removeLast() }
        let pattern = pattern.lowercased()
        guard pattern.hasPrefix("*.") else { return host == pattern }
        return host.hasSuffix(pattern.dropFirst()) && host.utf8.count >= pattern.utf8.count
    }

    /// The addresses at which clouds serve instances: AWS (with its ECS and EKS agents and IPv6), Google and Azure,
    /// Azure's host, Alibaba, Oracle.
    private static let metadata = [
        "169.254.169.254", "169.254.170.2", "169.254.170.23", "fd00:ec2::254", "fd00:ec2::23", "168.63.129.16",
        "100.100.100.200", "192.0.0.192", "fd20:ce::254",
    ].compactMap(AddressRange.init)
}
