import JobCore
import JobTesting
import JobTransport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct FakeIMDSTests {
    let time = ManualTime()
    let metadata: FakeIMDS

    init() {
        var identity = FakeIMDS.Identity()
        identity.tags = ["Name": "worker", "a/b": "hidden"]
        identity.role = "jobs"
        metadata = FakeIMDS(identity, time: time.source)
    }

    private func get(
        _ path: String, method: HTTPMethod = .get, headers: HTTPHeaders = [:]
    ) async throws -> (status: Int, text: String) {
        let request = HTTPRequest(
            method: method, url: "http://169.254.169.254\(path)", headers: headers,
            timeouts: HTTPTimeouts(total: .seconds(2)))
        let response = try await metadata.transport.send(request)
        return (response.status, String(decoding: try await response.body.collect(upTo: 1 << 20), as: UTF8.self))
    }

    private func token(seconds: String? = "60", path: String = "/latest/api/token") async throws -> (Int, HTTPHeaders) {
        let headers: HTTPHeaders = seconds.map { ["X-aws-ec2-metadata-token-ttl-seconds": $0] } ?? [:]
        let answer = try await get(path, method: .put, headers: headers)
        return (answer.status, ["X-aws-ec2-metadata-token": answer.text])
    }

    @Test func `a token is asked for with a lifetime, and needed until it ends`() async throws {
        #expect(try await get("/latest/meta-data/instance-id").status == 401)
        for wrong in [nil, "0", "21601", "soon"] { #expect(try await token(seconds: wrong).0 == 400) }
        #expect(try await token(path: "/2021-01-03/api/token").0 == 403)
        let proxied: HTTPHeaders = ["X-aws-ec2-metadata-token-ttl-seconds": "60", "X-Forwarded-For": "10.0.0.1"]
        #expect(try await get("/latest/api/token", method: .put, headers: proxied).status == 403)

        let (status, headers) = try await token()
        #expect(status == 200)
        #expect(try await get("/latest/meta-data/instance-id/", headers: headers) == (200, "i-0123456789abcdef0"))
        #expect(try await get("/latest/meta-data/none", headers: headers).status == 404)
        #expect(try await get("/latest/user-data", headers: headers).status == 404)
        time.advance(by: .seconds(60))
        #expect(try await get("/latest/meta-data/instance-id", headers: headers).status == 401)
    }

    @Test func `folders are listed, and tags whose keys are no paths are left out`() async throws {
        let (_, headers) = try await token()
        #expect(
            try await get("/latest/meta-data/placement", headers: headers).text
                == "availability-zone\navailability-zone-id\nregion")
        #expect(try await get("/latest/meta-data/tags/instance/", headers: headers).text == "Name")
        #expect(try await get("/latest/meta-data/iam/security-credentials/", headers: headers).text == "jobs")
        let credentials = try await get("/latest/meta-data/iam/security-credentials/jobs", headers: headers).text
        #expect(credentials.contains(#""Expiration":"2026-01-01T06:00:00Z""#))
    }

    @Test func `an announced interruption keeps its time`() async throws {
        let (_, headers) = try await token(seconds: "600")
        let path = "/latest/meta-data/spot/instance-action"
        #expect(try await get(path, headers: headers).status == 404)
        metadata.interrupt()
        let notice = #"{"action":"terminate","time":"2026-01-01T00:02:00Z"}"#
        #expect(try await get(path, headers: headers).text == notice)
        time.advance(by: .seconds(30))
        #expect(try await get(path, headers: headers).text == notice)
        #expect(
            try await get("/latest/meta-data/spot/termination-time", headers: headers).text == "2026-01-01T00:02:00Z")
        metadata.set("meta-data/spot/termination-time", to: "marked for termination")
        #expect(try await get("/latest/meta-data/spot/termination-time", headers: headers).text.hasPrefix("marked"))
    }

    @Test func `rebalance, maintenance and life-cycle state are there once they are known`() async throws {
        let (_, headers) = try await token()
        #expect(try await get("/latest/meta-data/events/recommendations/rebalance", headers: headers).status == 404)
        #expect(try await get("/latest/meta-data/events/maintenance/scheduled", headers: headers).text == "[]")
        #expect(try await get("/latest/meta-data/autoscaling/target-lifecycle-state", headers: headers).status == 404)
        metadata.recommendRebalance()
        metadata.schedule([FakeIMDS.Maintenance("system-reboot", notBefore: time.now + .seconds(86_400))])
        metadata.setLifecycleState("Terminated")
        #expect(
            try await get("/latest/meta-data/events/recommendations/rebalance", headers: headers).text
                == #"{"noticeTime":"2026-01-01T00:00:00Z"}"#)
        #expect(
            try await get("/latest/meta-data/events/maintenance/scheduled", headers: headers).text
                .contains(#""NotBefore":"02 Jan 2026 00:00:00 GMT""#))
        #expect(
            try await get("/latest/meta-data/autoscaling/target-lifecycle-state", headers: headers).text == "Terminated"
        )
    }

    @Test func `what goes wrong is what was injected, as often as was said`() async throws {
        let (_, headers) = try await token()
        metadata.inject(FakeIMDS.Fault(.status(503), to: "spot/", calls: 1...2))
        metadata.inject(FakeIMDS.Fault(.refused, to: "instance-id", calls: 1...1))
        var statuses: [Int] = []
        for _ in 1...3 {
            statuses.append(try await get("/latest/meta-data/spot/instance-action", headers: headers).status)
        }
        #expect(statuses == [503, 503, 404])
        let error = await #expect(throws: TransportError.self) {
            try await get("/latest/meta-data/instance-id", headers: headers)
        }
        #expect(error?.code == .connect)
        #expect(try await get("/latest/meta-data/instance-id", headers: headers).status == 200)
        metadata.expireTokens()
        #expect(try await get("/latest/meta-data/instance-id", headers: headers).status == 401)
        metadata.setEnabled(false)
        #expect(try await token().0 == 403)
        #expect(metadata.requests.last?.status == 403)
    }

    @Test func `silence lasts until the caller's patience ends`() async throws {
        metadata.inject(FakeIMDS.Fault(.silent, to: "api/token"))
        async let error = #expect(throws: TransportError.self) { _ = try await token() }
        try await time.waitForSleepers()
        time.advance(by: .seconds(2))
        #expect(await error?.code == .timeout)
    }

    @Test func `an instance of the fake EC2 learns of its end, and has no metadata before and after its life`()
        async throws
    {
        let ec2 = FakeEC2(time: time.source)
        let id = try await EC2Caller(ec2, time).launch()
        let metadata = try #require(ec2.metadata(of: id))
        let request = ServedRequest(
            method: .put, path: "/latest/api/token", headers: ["X-aws-ec2-metadata-token-ttl-seconds": "600"])
        guard case .refused = metadata.handle(request) else { return #expect(Bool(false), "it does not run yet") }
        time.advance(by: .seconds(5))
        guard case .reply(_, _, let token) = metadata.handle(request) else { return #expect(Bool(false)) }
        ec2.interrupt(id)
        let action = ServedRequest(
            method: .get, path: "/latest/meta-data/spot/instance-action",
            headers: ["X-aws-ec2-metadata-token": String(decoding: token, as: UTF8.self)])
        time.advance(by: .seconds(119))
        guard case .reply(200, _, let body) = metadata.handle(action) else { return #expect(Bool(false)) }
        #expect(String(decoding: body, as: UTF8.self) == #"{"action":"terminate","time":"2026-01-01T00:02:05Z"}"#)
        time.advance(by: .seconds(1))
        guard case .refused = metadata.handle(action) else { return #expect(Bool(false), "it is gone") }
    }

    @Test func `a token travels as far as the hop limit says, and whoever is further away hears nothing`() {
        let headers: HTTPHeaders = ["X-aws-ec2-metadata-token-ttl-seconds": "60"]
        let request = ServedRequest(method: .put, path: "/latest/api/token", headers: headers, hops: 1)
        guard case .silent = metadata.handle(request) else { return #expect(Bool(false)) }
        var identity = FakeIMDS.Identity()
        identity.hopLimit = 2
        guard case .reply(200, _, _) = FakeIMDS(identity, time: time.source).handle(request) else {
            return #expect(Bool(false))
        }
    }

    @Test func `a fault plan of the fake EC2 breaks the metadata of some instances`() async throws {
        let ec2 = FakeEC2(time: time.source)
        ec2.faults.instances = [FakeEC2.InstanceFault(.metadata(FakeIMDS.Fault(.status(503))), launches: 2...2)]
        let ids = [try await EC2Caller(ec2, time).launch(), try await EC2Caller(ec2, time).launch()]
        time.advance(by: .seconds(5))
        let request = ServedRequest(method: .get, path: "/latest/meta-data/")
        let statuses = ids.map { id -> Int? in
            guard case .reply(let status, _, _)? = ec2.metadata(of: id)?.handle(request) else { return nil }
            return status
        }
        #expect(statuses == [200, 503], "IMDSv1 is on unless the launch says otherwise")
    }
}
