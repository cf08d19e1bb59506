import JobTransport
import Testing

@Suite struct AddressTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.1.2.3/8", "10.9.9.9", true),
        ("192.168.1.128/25", "192.168.1.129", true), ("192.168.1.128/25", "192.168.1.127", false),
        ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "::1", false), ("1.2.3.4", "1.2.3.4", true),
        ("1.2.3.4", "1.2.3.5", false), ("fd00::/8", "fdff::1", true), ("fd00::/8", "fe80::1", false),
        ("2001:db8::/33", "2001:db8:7fff::1", true), ("2001:db8::/33", "2001:db8:8000::1", false),
        ("127.0.0.0/8", "::ffff:127.0.0.1", true), ("::ffff:10.0.0.0/104", "10.2.3.4", true),
    ])
    func `a range contains what its prefix says`(_ range: String, _ address: String, _ isInside: Bool) throws {
        let range = try #require(AddressRange(range))
        let address = try #require(ResolvedAddress(address, port: 80))
        #expect(range.contains(address) == isInside)
    }

    @Test(arguments: [
        "", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/-1", "10.0.0.0/+8", "::/129", "example.org/8",
        "10.0.0.0/8/8", "fe80::%eth0/10", "::ffff:10.0.0.0/95",
    ])
    func `a malformed range is refused`(_ text: String) {
        #expect(AddressRange(text) == nil)
    }

    @Test(arguments: [
        ("127.0.0.1", "loopback"), ("127.255.0.9", "loopback"), ("::1", "loopback"), ("::ffff:127.0.0.1", "loopback"),
        ("169.254.169.254", "linkLocal"), ("fe80::1", "linkLocal"), ("10.0.0.1", "private"), ("172.16.0.1", "private"),
        ("172.32.0.1", "public"), ("192.168.0.1", "private"), ("100.64.0.1", "private"), ("fd12::1", "private"),
        ("fd00:ec2::254", "private"), ("224.0.0.1", "multicast"), ("ff02::1", "multicast"), ("0.0.0.0", "unspecified"),
        ("::", "unspecified"), ("8.8.8.8", "public"), ("2606:4700::1111", "public"), ("64:ff9b::7f00:1", "reserved"),
        ("2002:7f00:1::", "reserved"), ("255.255.255.255", "reserved"), ("203.0.113.9", "reserved"),
    ])
    func `an address knows what it is for`(_ text: String, _ kind: String) throws {
        let address = try #require(ResolvedAddress(text, port: 0))
        let flags = [
            ("loopback", address.isLoopback), ("linkLocal", address.isLinkLocal), ("private", address.isPrivate),
            ("multicast", address.isMulticast), ("unspecified", address.isUnspecified), ("public", address.isPublic),
        ]
        #expect(flags.filter(\.1).map(\.0) == (kind == "reserved" ? [] : [kind]))
    }

    @Test func `an IPv4-mapped address is its IPv4 address`() throws {
        let mapped = try #require(ResolvedAddress("[::ffff:10.1.2.3]", port: 443))
        #expect(mapped.family == .ipv4)
        #expect(mapped.bytes == [10, 1, 2, 3])
        #expect(mapped.description == "10.1.2.3:443")
        #expect(ResolvedAddress("fe80::1%eth0", port: 80)?.description == "[fe80::1]:80")
        #expect(ResolvedAddress("example.org", port: 80) == nil)
    }
}
