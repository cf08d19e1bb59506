import JobCore
import JobTesting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct FleetTests {
    let time = ManualTime()
    let ec2: FakeEC2
    let call: EC2Caller

    init() {
        ec2 = FakeEC2(time: time.source)
        call = EC2Caller(ec2, time)
    }

    @Test func `a fleet launches from its template, in the cheapest pool that has room`() async throws {
        let parameters = try await call.fleet(
            ["c7g.large", "c7g.2xlarge", "t4g.small"], count: 3, subnets: ["subnet-0a", "subnet-0b"])
        let answer = try await call("CreateFleet", parameters)
        #expect(answer.status == 200)
        let ids = answer.all("instanceIds").flatMap { $0.components(between: "<item>", and: "</item>") }
        #expect(ids == ec2.instances.map(\.id))
        #expect(ids.count == 3)
        #expect(answer.text.contains("<errorSet/>"))
        for instance in ec2.instances {
            #expect(instance.pool.type == "t4g.small")
            #expect(instance.pool.lifecycle == .spot)
            #expect(instance.terminatesOnShutdown)
            #expect(String(decoding: instance.userData, as: UTF8.self) == "#!/bin/sh\n")
            #expect(instance.tags["jobkit:owner"] == "test")
            #expect(instance.tags["aws:ec2:fleet-id"] == answer["fleetId"])
        }
    }

    @Test func `no capacity is an answer with errors and no instances, and RunInstances says it with status 500`()
        async throws
    {
        ec2.faults.capacity = [FakeEC2.Capacity(0, lifecycle: .spot, until: .seconds(600))]
        let parameters = try await call.fleet(["c7g.large", "m7g.large"], count: 1)
        let answer = try await call("CreateFleet", parameters)
        #expect(answer.status == 200)
        #expect(answer.all("errorCode") == ["InsufficientInstanceCapacity", "InsufficientInstanceCapacity"])
        #expect(answer.text.contains("<fleetInstanceSet/>"))

        let launch = try await call("RunInstances", EC2Caller.spotLaunch)
        #expect(launch.status == 500)
        #expect(launch["Code"] == "InsufficientInstanceCapacity")
        #expect(try await call("RunInstances", EC2Caller.launch).status == 200, "on demand there is some")

        time.advance(by: .seconds(600))
        #expect(try await call("RunInstances", EC2Caller.spotLaunch).status == 200)
    }

    @Test func `a fleet takes what one pool has left and goes on in the next`() async throws {
        ec2.faults.capacity = [FakeEC2.Capacity(2, type: "c7g.large")]
        let parameters = try await call.fleet(["c7g.large", "c7g.2xlarge"], count: 5)
        let answer = try await call("CreateFleet", parameters)
        #expect(ec2.instances.count { $0.pool.type == "c7g.large" } == 2)
        #expect(ec2.instances.count { $0.pool.type == "c7g.2xlarge" } == 3)
        #expect(answer.all("errorCode") == ["InsufficientInstanceCapacity"])
    }

    @Test func `the same token gives the same fleet, another request under it none`() async throws {
        var parameters = try await call.fleet(["c7g.large"], count: 2)
        parameters["ClientToken"] = "fleet-1"
        let first = try await call("CreateFleet", parameters)
        let second = try await call("CreateFleet", parameters)
        #expect(first["fleetId"] == second["fleetId"])
        #expect(first.all("instanceIds") == second.all("instanceIds"))
        parameters["TargetCapacitySpecification.TotalTargetCapacity"] = "3"
        #expect(try await call("CreateFleet", parameters)["Code"] == "IdempotentParameterMismatch")
        #expect(ec2.instances.count == 2)
    }

    @Test func `a fleet with a minimum launches all of it or nothing`() async throws {
        ec2.faults.capacity = [FakeEC2.Capacity(2)]
        var parameters = try await call.fleet(["c7g.large"], count: 3)
        parameters["SpotOptions.MinTargetCapacity"] = "3"
        #expect(try await call("CreateFleet", parameters)["Code"] == "InvalidParameterCombination")
        parameters["SpotOptions.SingleInstanceType"] = "true"
        let answer = try await call("CreateFleet", parameters)
        #expect(answer.all("errorCode").contains("UnfulfillableCapacity"))
        #expect(ec2.instances.isEmpty)
    }

    @Test func `a deleted template cannot be launched from`() async throws {
        let parameters = try await call.fleet(["c7g.large"], count: 1)
        #expect(
            try await call("CreateLaunchTemplate", ["LaunchTemplateName": "jobs", "LaunchTemplateData.ImageId": "x"])[
                "Code"]
                == "InvalidLaunchTemplateName.AlreadyExistsException")
        #expect(try await call("DescribeLaunchTemplates").all("launchTemplateName") == ["jobs"])
        #expect(try await call("DeleteLaunchTemplate", ["LaunchTemplateName": "jobs"]).status == 200)
        let answer = try await call("CreateFleet", parameters)
        #expect(answer["Code"] == "InvalidLaunchTemplateName.NotFoundException")
    }

    @Test func `quotas count open requests and running cores`() async throws {
        var configuration = FakeEC2.Configuration()
        configuration.spotRequestLimit = 1
        configuration.spotRequestLag = .seconds(60)
        configuration.onDemandVCPULimit = 3
        let ec2 = FakeEC2(configuration: configuration, time: time.source)
        let call = EC2Caller(ec2, time)
        let id = try await call.launch()
        #expect(try await call("RunInstances", EC2Caller.spotLaunch)["Code"] == "MaxSpotInstanceCountExceeded")
        try await call("TerminateInstances", ["InstanceId.1": id])
        time.advance(by: .seconds(30))
        #expect(try await call("RunInstances", EC2Caller.spotLaunch)["Code"] == "MaxSpotInstanceCountExceeded")
        time.advance(by: .seconds(30))
        #expect(try await call("RunInstances", EC2Caller.spotLaunch).status == 200)

        #expect(try await call("RunInstances", EC2Caller.launch).status == 200)
        #expect(try await call("RunInstances", EC2Caller.launch)["Code"] == "VcpuLimitExceeded")
    }
}
