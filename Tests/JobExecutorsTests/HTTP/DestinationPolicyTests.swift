import JobCore
import JobExecutors
import JobTesting
import JobTransport
import Testing

@Suite struct DestinationPolicyTests {
    private func permits(_ text: String, _ edit: (inout DestinationPolicy) -> Void = { _ in }) throws -> Bool {
        var policy = DestinationPolicy()
        edit(&policy)
        return policy.permits(try #require(ResolvedAddress(text, port: 443)))
    }

    @Test(arguments: [
        "169.254.169.254", "169.254.170.2", "169.254.0.1", "fe80::1", "febf::1", "fd00:ec2::254", "168.63.129.16",
        "100.100.100.200", "224.0.0.1", "239.255.255.255", "ff02::1", "0.0.0.0", "0.1.2.3", "::", "255.255.255.255",
    ])
    func `forbidden kinds are refused by default`(_ address: String) throws {
        #expect(try !permits(address))
    }

    @Test(arguments: [
        "::ffff:169.254.169.254", "::169.254.169.254", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a9fe:a9fe",
        "2002:a9fe:a9fe::1", "2001:0:a9fe:a9fe::1", "2001:0:808:808::5601:5601", "fd12::5efe:a9fe:a9fe",
        "2606::200:5efe:169.254.169.254", "64:ff9b::e000:1", "2002:0:0::1",
    ])
    func `an IPv6 form of a forbidden IPv4 address is refused`(_ address: String) throws {
        #expect(try !permits(address))
    }

    @Test(arguments: [
        "8.8.8.8", "2606:4700::1111", "127.0.0.1", "::1", "10.0.0.1", "192.168.1.1", "fd12::1", "64:ff9b::808:808",
    ])
    func `ordinary, private and loopback addresses are allowed by default`(_ address: String) throws {
        #expect(try permits(address))
    }

    @Test(arguments: [
        "127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "10.0.0.1", "172.16.0.1",
        "172.31.255.255", "192.168.0.1", "100.64.0.1", "fd12::1", "2002:a00:1::",
    ])
    func `the public policy refuses this machine and private networks`(_ address: String) throws {
        #expect(!DestinationPolicy.publicInternet.permits(try #require(ResolvedAddress(address, port: 443))))
        #expect(DestinationPolicy.publicInternet.permits(try #require(ResolvedAddress("8.8.8.8", port: 443))))
        #expect(DestinationPolicy.publicInternet.permits(try #require(ResolvedAddress("172.32.0.1", port: 443))))
    }

    @Test func `metadata services can be allowed, other link-local addresses stay refused`() throws {
        #expect(try permits("169.254.169.254") { $0.allowsMetadata = true })
        #expect(try permits("fd00:ec2::254") { $0.allowsMetadata = true })
        #expect(try !permits("169.254.1.1") { $0.allowsMetadata = true })
    }

    @Test func `denied ranges win over allowed ones, and those over the kinds`() throws {
        let inside = try #require(AddressRange("10.1.0.0/16"))
        let part = try #require(AddressRange("10.1.2.0/24"))
        #expect(
            try permits("10.1.9.9") {
                $0.allowsPrivate = false; $0.allowedRanges = [inside]
            })
        #expect(
            try !permits("10.2.0.1") {
                $0.allowsPrivate = false; $0.allowedRanges = [inside]
            })
        #expect(
            try !permits("10.1.2.3") {
                $0.allowedRanges = [inside]; $0.deniedRanges = [part]
            })
        #expect(try !permits("64:ff9b::a01:203") { $0.deniedRanges = [part] })
    }

    @Test func `an exclusive policy allows nothing else`() throws {
        let range = try #require(AddressRange("10.0.0.0/8"))
        #expect(
            try permits("10.1.2.3") {
                $0.allowedRanges = [range]; $0.isExclusive = true
            })
        #expect(
            try !permits("8.8.8.8") {
                $0.allowedRanges = [range]; $0.isExclusive = true
            })
    }

    @Test func `ports can be limited`() throws {
        #expect(try permits("8.8.8.8") { $0.allowedPorts = [443] })
        #expect(try !permits("8.8.8.8") { $0.allowedPorts = [80] })
    }

    @Test(arguments: [
        ("http://a.example/", false), ("https://a.example/", true), ("https://a.example:8443/", false),
        ("https://b.example/", false), ("https://x.b.example/", true), ("https://x.y.B.example./", true),
        ("https://evilb.example/", false), ("https://a.example.evil/", false),
    ])
    func `hosts, ports and the scheme can be limited`(_ url: String, _ isAllowed: Bool) async throws {
        var policy = DestinationPolicy()
        policy.requiresTLS = true
        policy.allowedHosts = ["a.example", "*.b.example"]
        policy.allowedPorts = [443]
        let transport = ScriptedTransport([
            .init("any", where: { _ in true }) { _ in HTTPResponse(status: 200) }
        ])
        let executor = HTTPExecutor(transport: transport, options: .init(destinations: policy))
        if isAllowed {
            _ = try await executor.run(.test(.http(HTTPAction(url: url)))) { _ in }
        } else {
            let failure = try await executor.failure(of: .test(.http(HTTPAction(url: url))))
            #expect(failure.code == .notPermitted)
            #expect(!failure.isRetryable)
            #expect(transport.requests.isEmpty)
        }
    }

    @Test func `a redirect's host is checked too`() async throws {
        var policy = DestinationPolicy()
        policy.allowedHosts = ["a.example"]
        let transport = ScriptedTransport([
            .on(.get, "https://a.example/", respond: 302, headers: ["Location": "https://b.example/"])
        ])
        let executor = HTTPExecutor(transport: transport, options: .init(destinations: policy))
        let failure = try await executor.failure(of: .test(.http(HTTPAction(url: "https://a.example/"))))
        #expect(failure.code == .notPermitted)
        #expect(transport.requests.count == 1)
    }
}
