/// A block of IP addresses in CIDR notation, for address policies.
public struct AddressRange: Hashable, Sendable, CustomStringConvertible {
    private let network: ResolvedAddress
    private let prefixLength: Int

    /// Parses `10.0.0.0/8`, `fd00::/8` or a single address; `nil` when malformed.
    ///
    /// Bits after the prefix are ignored. An IPv4-mapped block needs a prefix of at least 96 and becomes IPv4.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let network = ResolvedAddress(String(parts[0]), port: 0), !parts[0].contains("%") else {
            return nil
        }
        let width = network.bytes.count * 8
        guard parts.count == 2 else {
            self.init(network: network, prefixLength: width)
            return
        }
        guard parts[1].utf8.allSatisfy(ASCII.isDigit), var length = Int(parts[1]) else { return nil }
        if network.family == .ipv4, parts[0].contains(":") { length -= 96 }
        guard (0...width).contains(length) else { return nil }
        self.init(network: network, prefixLength: length)
    }

    private init(network: ResolvedAddress, prefixLength: Int) {
        var bytes = network.bytes
        for index in bytes.indices {
            bytes[index] &= Self.mask(prefixLength: prefixLength, byte: index)
        }
        self.network = ResolvedAddress(bytes: bytes, port: 0) ?? network
        self.prefixLength = prefixLength
    }

    /// Whether the address lies in the block; its port does not matter.
    public func contains(_ address: ResolvedAddress) -> Bool {
        guard address.bytes.count == network.bytes.count else { return false }
        return network.bytes.indices.allSatisfy { index in
            address.bytes[index] & Self.mask(prefixLength: prefixLength, byte: index) == network.bytes[index]
        }
    }

    /// The block in CIDR notation, for example `10.0.0.0/8`.
    public var description: String { "\(network.ip)/\(prefixLength)" }

    private static func mask(prefixLength: Int, byte index: Int) -> UInt8 {
        let bits = min(8, max(0, prefixLength - index * 8))
        return bits == 0 ? 0 : UInt8(truncatingIfNeeded: 0xFF << (8 - bits))
    }
}
