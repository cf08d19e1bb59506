internal import JobTransport

extension ResolvedAddress {
    /// The IPv4 addresses that an IPv6 address leads to by way of a translator or tunnel; empty for all others.
    ///
    /// IPv4-mapped addresses are IPv4 already. Sources: https://www.rfc-editor.org/rfc/rfc6052 (NAT64),
    /// https://www.rfc-editor.org/rfc/rfc8215 (local NAT64), https://www.rfc-editor.org/rfc/rfc3056 (6to4),
    /// https://www.rfc-editor.org/rfc/rfc4380 (Teredo), https://www.rfc-editor.org/rfc/rfc5214 (ISATAP),
    /// https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.1 (IPv4-compatible).
    var embeddedIPv4: [ResolvedAddress] {
        guard bytes.count == 16 else { return [] }
        var found: [[UInt8]] = []
        let last = Array(bytes[12...])
        if Self.compatible?.contains(self) == true, !isLoopback, !isUnspecified { found.append(last) }
        if Self.translated.contains(where: { $0.contains(self) }) { found.append(last) }
        if Self.sixToFour?.contains(self) == true { found.append(Array(bytes[2..<6])) }
        if Self.teredo?.contains(self) == true { found += [Array(bytes[4..<8]), last.map { ~$0 }] }
        if bytes[8] & 0xFD == 0, bytes[9..<12] == [0, 0x5E, 0xFE] { found.append(last) }
        return found.compactMap { ResolvedAddress(bytes: $0, port: port) }
    }

    private static let compatible = AddressRange("::/96")
    private static let translated = ["64:ff9b::/96", "64:ff9b:1::/48"].compactMap(AddressRange.init)
    private static let sixToFour = AddressRange("2002::/16")
    private static let teredo = AddressRange("2001::/32")
}
