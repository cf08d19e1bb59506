internal import Glibc

/// An IP address and port that a name was resolved to, as an address policy sees it.
///
/// An IPv4-mapped IPv6 address (`::ffff:a.b.c.d`) is given as the IPv4 address it stands for, so that one rule covers
/// both spellings.
public struct ResolvedAddress: Hashable, Sendable, CustomStringConvertible {
    /// The address family.
    public enum Family: Hashable, Sendable {
        /// Four bytes.
        case ipv4
        /// Sixteen bytes.
        case ipv6
    }

    /// The address in network order: 4 or 16 bytes.
    public let bytes: [UInt8]
    /// The port, 0 to 65535.
    public let port: Int

    /// Makes an address of 4 or 16 bytes; `nil` for any other count.
    public init?(bytes: [UInt8], port: Int) {
        switch bytes.count {
        case 4:
            self.bytes = bytes
        case 16:
            let mapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
            self.bytes = mapped ? Array(bytes[12...]) : bytes
        default:
            return nil
        }
        self.port = port
    }

    /// Makes an address from its text, brackets and zone allowed; `nil` when it is a name or malformed.
    public init?(_ text: String, port: Int) {
        var literal = text[...]
        if literal.hasPrefix("["), literal.hasSuffix("]") { literal = literal.dropFirst().dropLast() }
        literal = literal.prefix { $0 != "%" }
        var raw = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, String(literal), &raw) == 1 {
            self.init(bytes: Array(raw[..<4]), port: port)
        } else if inet_pton(AF_INET6, String(literal), &raw) == 1 {
            self.init(bytes: raw, port: port)
        } else {
            return nil
        }
    }

    /// The address family, after IPv4-mapped addresses have become IPv4.
    public var family: Family { bytes.count == 4 ? .ipv4 : .ipv6 }

    /// The address as text without port, for example `127.0.0.1` or `fe80::1`.
    public var ip: String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        guard inet_ntop(family, bytes, &buffer, socklen_t(buffer.count)) != nil else { return "" }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Address and port, for example `127.0.0.1:80` or `[::1]:80`.
    public var description: String {
        family == .ipv4 ? "\(ip):\(port)" : "[\(ip)]:\(port)"
    }
}

extension ResolvedAddress {
    /// Whether it is this machine: 127.0.0.0/8 or ::1.
    public var isLoopback: Bool { Self.isIn(Self.loopback, self) }
    /// Whether it is confined to one link: 169.254.0.0/16 or fe80::/10.
    ///
    /// The EC2 metadata service is one.
    public var isLinkLocal: Bool { Self.isIn(Self.linkLocal, self) }
    /// Whether it is for private networks: RFC 1918, RFC 6598 (100.64.0.0/10) and fc00::/7.
    public var isPrivate: Bool { Self.isIn(Self.privateUse, self) }
    /// Whether it names a group: 224.0.0.0/4 or ff00::/8.
    public var isMulticast: Bool { Self.isIn(Self.multicast, self) }
    /// Whether it means "this host": 0.0.0.0/8 or ::.
    ///
    /// Linux connects such an address to loopback.
    public var isUnspecified: Bool { Self.isIn(Self.unspecified, self) }

    /// Whether it is an ordinary address of the public Internet.
    ///
    /// False for all of the above, for reserved and documentation ranges, and for ranges that embed an IPv4 address
    /// (NAT64, 6to4, Teredo), because those can lead back inside.
    /// Source: https://www.iana.org/assignments/iana-ipv4-special-registry/
    public var isPublic: Bool {
        !isLoopback && !isLinkLocal && !isPrivate && !isMulticast && !isUnspecified && !Self.isIn(Self.reserved, self)
    }

    private static func isIn(_ ranges: [AddressRange], _ address: ResolvedAddress) -> Bool {
        ranges.contains { $0.contains(address) }
    }

    private static let loopback = ranges("127.0.0.0/8", "::1/128")
    private static let linkLocal = ranges("169.254.0.0/16", "fe80::/10")
    private static let privateUse = ranges(
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "fec0::/10")
    private static let multicast = ranges("224.0.0.0/4", "ff00::/8")
    private static let unspecified = ranges("0.0.0.0/8", "::/128")
    private static let reserved = ranges(
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "240.0.0.0/4", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32",
        "2002::/16", "3fff::/20", "5f00::/16")

    private static func ranges(_ texts: String...) -> [AddressRange] {
        texts.compactMap(AddressRange.init)
    }
}
