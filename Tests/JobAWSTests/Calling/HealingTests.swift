import JobAWS
import JobCore
import JobTesting
import JobTransport
import Synchronization
import Testing

/// Wrong clocks and credentials that are over: what the client sets right by itself.
struct HealingTests {
    let time = FastTime(Timestamp("2026-01-01T00:00:00Z") ?? .epoch)

    @Test(arguments: [
        (403, "RequestTimeTooSkewed"), (400, "RequestExpired"), (401, "AuthFailure"), (403, "SignatureDoesNotMatch"),
    ])
    func aWrongClockIsSetOnce(status: Int, code: String) async throws {
        let date: HTTPHeaders = ["Date": "Thu, 01 Jan 2026 01:30:00 GMT"]
        let transport = ScriptedTransport([
            Answer.failure(status, code, headers: date), Answer.success(), Answer.success(),
        ])
        let client = AWSClient.test(transport, time: time.source)
        _ = try await EC2Client(client).describeInstances(filters: [])
        _ = try await EC2Client(client).describeInstances(filters: [])
        #expect(
            transport.requests.map { $0.request.headers["X-Amz-Date"] }
                == ["20260101T000000Z", "20260101T013000Z", "20260101T013000Z"])
        #expect(client.clockOffset == .seconds(5_400))
        #expect(time.slept.isEmpty)
    }

    @Test func aClockThatCannotBeSetIsTold() async throws {
        let transport = ScriptedTransport([
            Answer.failure(403, "RequestTimeTooSkewed", headers: ["Date": "Thu, 01 Jan 2026 01:30:00 GMT"]),
            Answer.failure(403, "RequestTimeTooSkewed", headers: ["Date": "Thu, 01 Jan 2026 09:30:00 GMT"]),
        ])
        let ec2 = EC2Client(.test(transport, time: time.source))
        let error = await #expect(throws: AWSError.self) { try await ec2.describeInstances(filters: []) }
        #expect(error?.category == .clockSkew)
        try transport.verifyComplete()
    }

    @Test func aRefusalWithTheRightTimeIsNoMatterOfTheClock() async throws {
        let date: HTTPHeaders = ["Date": "Thu, 01 Jan 2026 00:01:00 GMT"]
        let transport = ScriptedTransport([Answer.failure(401, "AuthFailure", headers: date)])
        let ec2 = EC2Client(.test(transport, time: time.source))
        let error = await #expect(throws: AWSError.self) { try await ec2.describeInstances(filters: []) }
        #expect(error?.category == .permission)
    }

    @Test(arguments: ["ExpiredToken", "RequestExpired", "ExpiredTokenException"])
    func credentialsThatAreOverAreAskedForAgain(code: String) async throws {
        let date: HTTPHeaders = ["Date": "Thu, 01 Jan 2026 00:00:01 GMT"]
        let transport = ScriptedTransport([Answer.failure(400, code, headers: date), Answer.success()])
        let provider = CountingProvider(life: nil, time: time)
        let ec2 = EC2Client(.test(transport, credentials: provider, time: time.source))
        _ = try await ec2.describeInstances(filters: [])
        #expect(transport.requests.map { $0.request.headers["Authorization"]?.contains("AKID2") } == [false, true])
        #expect(transport.requests[0].text == transport.requests[1].text)
        #expect(time.slept.isEmpty)
    }

    @Test func credentialsThatStayOverAreTold() async throws {
        let transport = ScriptedTransport([Answer.failure(400, "ExpiredToken"), Answer.failure(400, "ExpiredToken")])
        let ec2 = EC2Client(
            .test(transport, credentials: CountingProvider(life: nil, time: time), time: time.source))
        let error = await #expect(throws: AWSError.self) { try await ec2.describeInstances(filters: []) }
        #expect(error?.category == .expiredCredentials)
        try transport.verifyComplete()
    }
}

/// Gives another key each time, numbered from `AKID1` on.
final class CountingProvider: CredentialProvider {
    private let count = Mutex(0)
    private let life: Duration?
    private let time: FastTime
    private let failing = Mutex<Set<Int>>([])

    init(life: Duration?, time: FastTime) {
        self.life = life
        self.time = time
    }

    var asked: Int { count.withLock { $0 } }

    func fail(at ask: Int) { failing.withLock { _ = $0.insert(ask) } }

    func credentials() async throws -> AWSCredentials {
        let number = count.withLock { count in
            count += 1
            return count
        }
        if failing.withLock({ $0.contains(number) }) {
            throw CredentialTrouble(.unusable, source: "the test", detail: "it fails now")
        }
        return AWSCredentials(
            accessKeyID: "AKID\(number)", secretAccessKey: "secret", expiresAt: life.map { time.now + $0 })
    }
}
