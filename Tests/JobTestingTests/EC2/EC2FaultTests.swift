import JobCore
import JobTesting
import JobTransport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct EC2FaultTests {
    let time = ManualTime()
    let ec2: FakeEC2
    let call: EC2Caller

    init() {
        ec2 = FakeEC2(time: time.source)
        call = EC2Caller(ec2, time)
    }

    @Test func `a lost answer has launched all the same`() async throws {
        ec2.faults.replies = [FakeEC2.Reply(.lost, to: "RunInstances", calls: 1...1)]
        let parameters = EC2Caller.spotLaunch.merging(["ClientToken": "t"]) { $1 }
        let error = await #expect(throws: TransportError.self) { try await call("RunInstances", parameters) }
        #expect(error?.code == .closedEarly)
        #expect(ec2.instances.count == 1)
        #expect(try await call.launch(parameters) == ec2.instances[0].id)
        #expect(ec2.calls.map(\.outcome) == ["lost", "ok"])
    }

    @Test func `a dropped call has done nothing`() async throws {
        ec2.faults.replies = [FakeEC2.Reply(.dropped, to: "RunInstances", calls: 1...1)]
        await #expect(throws: TransportError.self) { try await call("RunInstances", EC2Caller.launch) }
        #expect(ec2.instances.isEmpty)
    }

    @Test func `throttling lasts as many calls, and as long, as the plan says`() async throws {
        let throttled = FakeEC2.Reply.Effect.error(code: "RequestLimitExceeded")
        ec2.faults.replies = [
            FakeEC2.Reply(throttled, calls: 2...3), FakeEC2.Reply(throttled, until: .seconds(10), probability: 0),
            FakeEC2.Reply(.page(status: 502), from: .seconds(20), until: .seconds(30)),
        ]
        var statuses: [Int] = []
        for _ in 1...4 { statuses.append(try await call("DescribeInstances").status) }
        #expect(statuses == [200, 503, 503, 200])
        time.advance(by: .seconds(20))
        #expect(try await call("DescribeInstances").status == 502)
        time.advance(by: .seconds(10))
        #expect(try await call("DescribeInstances").status == 200)
    }

    @Test func `a new instance is not found at first, by id, by filter and for tags`() async throws {
        ec2.faults.invisible = .seconds(30)
        let id = try await call.launch()
        let tag = ["ResourceId.1": id, "Tag.1.Key": "a", "Tag.1.Value": "b"]
        #expect(try await call("DescribeInstances", ["InstanceId.1": id])["Code"] == "InvalidInstanceID.NotFound")
        #expect(try await call("DescribeInstances").all("instanceId").isEmpty)
        #expect(try await call("CreateTags", tag)["Code"] == "InvalidInstanceID.NotFound")
        time.advance(by: .seconds(30))
        #expect(try await call("CreateTags", tag).status == 200)
        #expect(try await call("DescribeInstances").all("key") == ["a"])
    }

    @Test func `a notice comes with a fixed time, shows in the request at once, and is kept`() async throws {
        ec2.faults.instances = [FakeEC2.InstanceFault(.interrupted(after: .seconds(60)))]
        let id = try await call.launch()
        time.advance(by: .seconds(60))
        let requests = try await call("DescribeSpotInstanceRequests")
        #expect(requests["code"] == "instance-terminated-no-capacity")
        #expect(ec2[id]?.state == .running)
        #expect(ec2[id]?.interruptedAt == time.now + .seconds(120))
        time.advance(by: .seconds(120))
        #expect(ec2[id]?.state == .shuttingDown)
        #expect(ec2[id]?.reason?.code == "Server.SpotInstanceTermination")
        #expect(try await call("DescribeSpotInstanceRequests")["state"] == "closed")
    }

    @Test func `a notice may come to nothing, and death without a notice`() async throws {
        ec2.faults.instances = [
            FakeEC2.InstanceFault(.spared(after: .seconds(10)), launches: 1...1),
            FakeEC2.InstanceFault(.dies(after: .seconds(10)), launches: 2...2),
            FakeEC2.InstanceFault(.fails(after: .seconds(10)), launches: 3...3),
            FakeEC2.InstanceFault(.rebalance(after: .seconds(10)), launches: 4...4),
        ]
        var ids: [String] = []
        for _ in 1...4 { ids.append(try await call.launch()) }
        time.advance(by: .seconds(1_000))
        #expect(ids.map { ec2[$0]?.state } == [.running, .terminated, .terminated, .running])
        #expect(ec2[ids[0]]?.interruptedAt != nil)
        #expect(ec2[ids[1]]?.reason?.code == "Server.SpotInstanceTermination")
        #expect(ec2[ids[1]]?.interruptedAt == nil)
        #expect(ec2[ids[2]]?.reason?.code == "Server.InternalError")
        #expect(ec2[ids[3]]?.interruptedAt == nil)
    }

    @Test func `instances boot late, or never, or do not go`() async throws {
        ec2.faults.instances = [
            FakeEC2.InstanceFault(.bootsLate(by: .seconds(100)), launches: 1...1),
            FakeEC2.InstanceFault(.staysPending, launches: 2...2),
            FakeEC2.InstanceFault(.ignoresPowerOff, launches: 3...3),
            FakeEC2.InstanceFault(.refusesTermination(times: 1), launches: 4...4),
            FakeEC2.InstanceFault(.neverEnds, launches: 5...5),
        ]
        var ids: [String] = []
        for _ in 1...5 { ids.append(try await call.launch()) }
        time.advance(by: .seconds(50))
        #expect(ids.map { ec2[$0]?.state } == [.pending, .pending, .running, .running, .running])
        time.advance(by: .seconds(55))
        #expect(ids.prefix(2).map { ec2[$0]?.state } == [.running, .pending])
        ec2.powerOff(ids[2])
        #expect(ec2[ids[2]]?.state == .running)
        #expect(try await call("TerminateInstances", ["InstanceId.1": ids[3]])["Code"] == "OperationNotPermitted")
        #expect(try await call("TerminateInstances", ["InstanceId.1": ids[3]]).status == 200)
        try await call("TerminateInstances", ["InstanceId.1": ids[4]])
        time.advance(by: .seconds(500))
        #expect(ids.suffix(2).map { ec2[$0]?.state } == [.terminated, .shuttingDown])
    }

    @Test func `wrong clocks and old credentials are refused, with the server's time in the answer`() async throws {
        ec2.faults.clockOffset = .seconds(600)
        let skewed = try await call("DescribeInstances")
        #expect(skewed["Code"] == "RequestExpired")
        #expect(skewed.headers["Date"] == "Thu, 01 Jan 2026 00:10:00 GMT")
        var corrected = call
        corrected.clockOffset = .seconds(600)
        #expect(try await corrected("DescribeInstances").status == 200)

        ec2.faults = FakeEC2.FaultPlan()
        ec2.faults.expiredCredentials = ["AKIDEXAMPLE": .seconds(60)]
        #expect(try await call("DescribeInstances").status == 200)
        time.advance(by: .seconds(60))
        #expect(try await call("DescribeInstances")["Code"] == "RequestExpired")
        corrected = call
        corrected.accessKeyID = "ASIAOTHER"
        #expect(try await corrected("DescribeInstances").status == 200)
    }

    @Test func `the same seed interrupts at the same times`() async throws {
        func times(seed: UInt64) async throws -> [Timestamp?] {
            let time = ManualTime()
            let ec2 = FakeEC2(time: time.source, seed: seed)
            ec2.faults.interruptionsPerHour = 0.5
            let call = EC2Caller(ec2, time)
            for _ in 1...20 { _ = try await call.launch() }
            time.advance(by: .seconds(3_000))
            return ec2.instances.map(\.interruptedAt)
        }
        let first = try await times(seed: 7)
        #expect(try await times(seed: 7) == first)
        #expect(try await times(seed: 8) != first)
        #expect((1...19).contains(first.count { $0 != nil }))
    }
}
