import JobAWS
import JobCore
import JobTesting
import JobTransport
import Testing

struct MetadataTests {
    let time = FastTime()

    func client(
        _ service: FakeIMDS, variables: [String: String] = [:], transport: (any HTTPTransport)? = nil
    ) -> MetadataClient {
        MetadataClient(
            transport: transport ?? service.transport, environment: AWSEnvironment(variables: variables),
            time: time.source, random: .seeded(1))
    }

    @Test func tellsWhatTheInstanceIs() async throws {
        var identity = FakeIMDS.Identity()
        identity.userData = Array("#!/bin/sh".utf8)
        let client = client(FakeIMDS(identity, time: time.source))
        #expect(try await client.instanceID() == identity.instanceID)
        #expect(try await client.instanceType() == identity.instanceType)
        #expect(try await client.availabilityZone() == identity.zone)
        #expect(try await client.region().name == identity.region)
        #expect(try await client.lifecycle() == .spot)
        #expect(try await client.userData() == "#!/bin/sh")
        #expect(try await client.identityDocument()["instanceId"]?.stringValue == identity.instanceID)
        #expect(try await client.item("meta-data/no-such-thing") == nil)
    }

    @Test func oneTokenServesUntilItsEnd() async throws {
        let service = FakeIMDS(time: time.source)
        let client = client(service)
        for _ in 0..<3 { _ = try await client.instanceID() }
        #expect(service.requests.count { $0.method == "PUT" } == 1)
        time.advance(by: .seconds(21_590))
        _ = try await client.instanceID()
        #expect(service.requests.count { $0.method == "PUT" } == 2)
        #expect(service.requests.allSatisfy { $0.status == 200 })
    }

    @Test func forgottenTokensAreReplacedOnce() async throws {
        let service = FakeIMDS(time: time.source)
        let client = client(service)
        _ = try await client.instanceID()
        service.expireTokens()
        _ = try await client.instanceID()
        #expect(service.requests.map(\.status) == [200, 200, 401, 200, 200])
    }

    @Test(arguments: [
        (FakeIMDS.Fault.Effect.status(401), MetadataTrouble.Kind.unavailable), (.status(403), .refused),
        (.status(503), .unavailable), (.refused, .unreachable), (.silent, .unreachable), (.closed, .unreachable),
    ])
    func faultsThatStayAreTold(effect: FakeIMDS.Fault.Effect, kind: MetadataTrouble.Kind) async throws {
        let service = FakeIMDS(time: time.source)
        service.inject(FakeIMDS.Fault(effect))
        let trouble = await #expect(throws: MetadataTrouble.self) { try await client(service).instanceID() }
        #expect(trouble?.kind == kind)
        #expect(service.requests.count < 10)
    }

    @Test(arguments: [FakeIMDS.Fault.Effect.status(503), .refused, .silent, .closed])
    func faultsThatPassAreSurvived(effect: FakeIMDS.Fault.Effect) async throws {
        let service = FakeIMDS(time: time.source)
        service.inject(FakeIMDS.Fault(effect, calls: 1...2))
        #expect(try await client(service).instanceID() == "i-0123456789abcdef0")
    }

    @Test func aServiceSwitchedOffIsTold() async throws {
        let service = FakeIMDS(time: time.source)
        service.setEnabled(false)
        let trouble = await #expect(throws: MetadataTrouble.self) { try await client(service).instanceID() }
        #expect(trouble?.kind == .refused)
    }

    @Test func theOffSwitchAsksNobody() async throws {
        let service = FakeIMDS(time: time.source)
        let client = client(service, variables: ["AWS_EC2_METADATA_DISABLED": "true"])
        let trouble = await #expect(throws: MetadataTrouble.self) { try await client.instanceID() }
        #expect(trouble?.kind == .disabled)
        #expect(service.requests.isEmpty)
    }

    @Test func rolesHandOutCredentials() async throws {
        var identity = FakeIMDS.Identity()
        identity.role = "builder"
        let service = FakeIMDS(identity, time: time.source)
        let end = time.now + .seconds(3_600)
        service.setCredentials(accessKeyID: "ASROLE", expiresAt: end)
        let provider = InstanceCredentials(client(service))
        let credentials = try await provider.credentials()
        #expect(credentials.accessKeyID == "ASROLE")
        #expect(credentials.expiresAt == end)
        #expect(credentials.sessionToken != nil)
        service.setCredentials(accessKeyID: "ASROLE", expiresAt: end, code: "AssumeRoleUnauthorizedAccess")
        let trouble = await #expect(throws: CredentialTrouble.self) { try await provider.credentials() }
        #expect(trouble?.kind == .unusable)
        #expect(trouble?.detail.contains("AssumeRoleUnauthorizedAccess") == true)
    }

    @Test func instancesWithoutARoleHaveNone() async throws {
        let provider = InstanceCredentials(client(FakeIMDS(time: time.source)))
        let trouble = await #expect(throws: CredentialTrouble.self) { try await provider.credentials() }
        #expect(trouble?.kind == .absent)
    }

    @Test func worksOverASocket() async throws {
        let service = FakeIMDS(time: .system)
        try await service.withServer { url in
            let transport = try CurlTransport()
            let client = MetadataClient(
                transport: transport,
                environment: AWSEnvironment(variables: ["AWS_EC2_METADATA_SERVICE_ENDPOINT": url]))
            let id = try await client.instanceID()
            await transport.shutdown()
            #expect(id == "i-0123456789abcdef0")
        }
    }
}
