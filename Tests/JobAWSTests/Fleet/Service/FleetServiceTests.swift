import JobAWS
import JobCore
import JobTesting
import Testing

/// A fleet service against FakeEC2, step by step.
@Suite(.timeLimit(.minutes(2)))
struct FleetServiceTests {
    @Test func jobsBringInstancesThatGoWhenTheyAreDone() async throws {
        let region = try await FleetRegion { $0.jobsPerInstance = 2 }
        try await region.enqueue(5)
        #expect(try await region.pass(atMost: .seconds(900)) { try await region.succeeded() == 5 })
        #expect(region.ec2.instances.count == 3)
        let instance = try #require(region.ec2.instances.first)
        #expect(instance.terminatesOnShutdown && instance.requiresTokens)
        #expect(instance.tags[FleetTag.owner] == FleetRegion.owner)
        #expect(instance.pool.lifecycle == .spot)
        #expect(try await region.pass(atMost: .seconds(600)) { try await region.isEmpty() })
        let records = try await region.instances()
        #expect(records.allSatisfy { $0.ending == .finished })
        let cost = records.reduce(FleetCost()) { $0 + FleetCost(of: $1, until: region.time.now) }
        let dollars = try #require(cost.dollars)
        let onDemand = try #require(cost.onDemand)
        #expect(dollars > 0 && dollars < onDemand)
        let tokens = try await region.queue.tokens()
        #expect(tokens.count == 1)
    }

    @Test func oneJobForEachInstance() async throws {
        let region = try await FleetRegion {
            $0.jobsPerInstance = 4; $0.oneJobPerInstance = true
        }
        try await region.enqueue(3)
        #expect(try await region.pass(atMost: .seconds(900)) { try await region.succeeded() == 3 })
        #expect(region.ec2.instances.count == 3)
    }

    @Test func nothingAnywhereThenSomewhere() async throws {
        let region = try await FleetRegion()
        region.ec2.faults.capacity = [
            FakeEC2.Capacity(0, until: .seconds(900)), FakeEC2.Capacity(0, type: "m7g.large"),
        ]
        try await region.enqueue(2)
        try await region.pass(.seconds(890))
        #expect(region.ec2.instances.isEmpty)
        // Each pool is tried again when its three minutes are over, not all the time.
        #expect(region.ec2.calls.count { $0.operation == "CreateFleet" } <= 12)
        #expect(try await region.pass(atMost: .seconds(900)) { try await region.succeeded() == 2 })
        #expect(region.ec2.instances.allSatisfy { $0.pool.type == "c7g.large" })
        #expect(try await region.pass(atMost: .seconds(600)) { try await region.isEmpty() })
    }

    @Test func onDemandWhenSpotHasNone() async throws {
        let region = try await FleetRegion { $0.onDemand = FleetSpecification.OnDemandPolicy(afterMisses: 2) }
        region.ec2.faults.capacity = [FakeEC2.Capacity(0, lifecycle: .spot)]
        try await region.enqueue(1)
        #expect(try await region.pass(atMost: .seconds(900)) { try await region.succeeded() == 1 })
        #expect(region.ec2.instances.map(\.pool.lifecycle) == [.onDemand])
    }

    @Test func aLostAnswerLaunchesNothingTwice() async throws {
        let region = try await FleetRegion()
        // The client's own two tries and the next one.
        region.ec2.faults.replies = [FakeEC2.Reply(.lost, to: "CreateFleet", calls: 1...3)]
        try await region.enqueue(2)
        #expect(try await region.pass(atMost: .seconds(900)) { try await region.succeeded() == 2 })
        #expect(region.ec2.instances.count == 2)
        #expect(region.ec2.calls.count { $0.operation == "CreateFleet" } >= 3)
    }

    @Test func aStormOfThrottlingIsWaitedOut() async throws {
        let region = try await FleetRegion()
        region.ec2.faults.replies = [
            FakeEC2.Reply(.error(code: "RequestLimitExceeded"), until: .seconds(600), probability: 0.8)
        ]
        try await region.enqueue(2)
        #expect(try await region.pass(atMost: .seconds(2_400)) { try await region.succeeded() == 2 })
        #expect(try await region.pass(atMost: .seconds(900)) { try await region.isEmpty() })
        #expect(region.ec2.instances.count <= 4)
    }

    @Test(arguments: [Duration.seconds(5_400), .seconds(-5_400)])
    func aWrongClockIsSetByEC2s(offset: Duration) async throws {
        let region = try await FleetRegion()
        region.ec2.faults.clockOffset = offset
        try await region.enqueue(1)
        #expect(try await region.pass(atMost: .seconds(900)) { try await region.succeeded() == 1 })
        #expect(try await region.pass(atMost: .seconds(600)) { try await region.isEmpty() })
        #expect(region.ec2.instances.count == 1)
    }

    @Test func withExpiredCredentialsNothingIsLostAndNothingIsLaunchedTwice() async throws {
        let region = try await FleetRegion()
        region.workTime = .seconds(300)
        try await region.enqueue(1)
        #expect(try await region.pass(atMost: .seconds(300)) { region.alive.count == 1 })
        let key = try #require(region.ec2.calls.last?.accessKeyID)
        region.ec2.faults.expiredCredentials = [key: .zero]
        try await region.enqueue(1)
        // The instance works, ends its job and itself; no other can be had.
        #expect(try await region.pass(atMost: .seconds(1_200)) { region.alive.isEmpty })
        #expect(try await region.succeeded() >= 1)
        #expect(region.ec2.instances.count == 1)
        region.ec2.faults.expiredCredentials = [:]
        #expect(try await region.pass(atMost: .seconds(1_800)) { try await region.succeeded() == 2 })
        #expect(try await region.pass(atMost: .seconds(900)) { try await region.isEmpty() })
        #expect(region.ec2.instances.count <= 2)
    }

    @Test(arguments: [FakeEC2.InstanceFault.Effect.neverBoots, .staysPending])
    func anInstanceThatNeverBootsIsReplaced(effect: FakeEC2.InstanceFault.Effect) async throws {
        let region = try await FleetRegion()
        region.ec2.faults.instances = [FakeEC2.InstanceFault(effect, launches: 1...1)]
        region.mute = [1]
        try await region.enqueue(1)
        #expect(try await region.pass(atMost: .seconds(1_500)) { try await region.succeeded() == 1 })
        #expect(try await region.pass(atMost: .seconds(900)) { try await region.isEmpty() })
        let first = try #require(try await region.instances().first { $0.ending == .neverEnrolled })
        #expect(first.phase == .gone)
    }

    @Test func anInstanceThatNeverDiesIsTerminated() async throws {
        let region = try await FleetRegion()
        region.ec2.faults.instances = [FakeEC2.InstanceFault(.ignoresPowerOff)]
        try await region.enqueue(1)
        #expect(try await region.pass(atMost: .seconds(900)) { try await region.succeeded() == 1 })
        #expect(try await region.pass(atMost: .seconds(900)) { try await region.isEmpty() })
        #expect(region.ec2.calls.contains { $0.operation == "TerminateInstances" })
    }

    @Test func refusedTerminationsAreRepeatedAndTheInstanceStaysRecorded() async throws {
        let region = try await FleetRegion()
        region.ec2.faults.instances = [
            FakeEC2.InstanceFault(.ignoresPowerOff), FakeEC2.InstanceFault(.refusesTermination(times: 6)),
        ]
        try await region.enqueue(1)
        #expect(try await region.pass(atMost: .seconds(900)) { try await region.succeeded() == 1 })
        try await region.pass(.seconds(400))
        #expect(region.alive.count == 1)
        #expect(try await region.instances().map(\.phase) == [.terminating])
        #expect(try await region.pass(atMost: .seconds(3_600)) { try await region.isEmpty() })
    }

    @Test func aNoticeMovesTheJobsToAnotherPool() async throws {
        let region = try await FleetRegion()
        region.workTime = .seconds(600)
        region.ec2.faults.instances = [FakeEC2.InstanceFault(.interrupted(after: .seconds(200)), launches: 1...1)]
        try await region.enqueue(1)
        #expect(try await region.pass(atMost: .seconds(3_000)) { try await region.succeeded() == 1 })
        #expect(region.ec2.instances.count == 2)
        let pools = Set(region.ec2.instances.map(\.pool))
        #expect(pools.count == 2)
        let job = try #require(try await region.queue.page(JobFilter(), after: nil, limit: 10).jobs.first)
        #expect(job.steps.map(\.attempts) == [1])
        #expect(try await region.pass(atMost: .seconds(900)) { try await region.isEmpty() })
        let taken = try #require(try await region.instances().first { $0.ending == .interrupted })
        #expect(taken.isFree)
    }

    @Test func aNoticeWithoutDeathEndsInATermination() async throws {
        let region = try await FleetRegion()
        region.ec2.faults.instances = [FakeEC2.InstanceFault(.spared(after: .seconds(100)), launches: 1...1)]
        try await region.enqueue(1)
        #expect(try await region.pass(atMost: .seconds(3_000)) { try await region.succeeded() == 1 })
        #expect(try await region.pass(atMost: .seconds(1_500)) { try await region.isEmpty() })
    }

    @Test func aDeathWithoutNoticeLosesNoJob() async throws {
        let region = try await FleetRegion()
        region.workTime = .seconds(600)
        region.ec2.faults.instances = [FakeEC2.InstanceFault(.dies(after: .seconds(200)), launches: 1...1)]
        try await region.enqueue(1)
        #expect(try await region.pass(atMost: .seconds(3_000)) { try await region.succeeded() == 1 })
        #expect(try await region.pass(atMost: .seconds(900)) { try await region.isEmpty() })
    }

    @Test func anAgentThatFallsSilentIsReplacedAndTerminated() async throws {
        let region = try await FleetRegion()
        region.workTime = .seconds(600)
        try await region.enqueue(1)
        #expect(try await region.pass(atMost: .seconds(300)) { !region.agents.isEmpty })
        try await region.pass(.seconds(60))
        region.agents.values.first?.isSilent = true
        #expect(try await region.pass(atMost: .seconds(3_000)) { try await region.succeeded() == 1 })
        #expect(try await region.pass(atMost: .seconds(1_500)) { try await region.isEmpty() })
        #expect(try await region.instances().contains { $0.ending == .lost })
    }

    @Test func anOrphanOfOursGoesAndStrangersStay() async throws {
        let region = try await FleetRegion()
        try await region.enqueue(1)
        #expect(try await region.pass(atMost: .seconds(300)) { !region.alive.isEmpty })
        // The store was lost; a new one knows nothing of the instance.
        let store = MemoryQueue(time: region.time.source)
        let service = try FleetRegion.service(
            store: store, transport: region.ec2.transport, time: region.time, holder: "9")
        var stepper = FleetStepper(service)
        await stepper.step()
        #expect(region.alive.count == 1)
        region.time.advance(by: .seconds(600))
        await stepper.step()
        #expect(region.alive.count == 1)
        #expect(region.alive.first?.tags[FleetTag.orphan] != nil)
        region.time.advance(by: .seconds(60))
        await stepper.step()
        #expect(region.alive.isEmpty)
    }

    @Test func aReaperTellsAndSweeps() async throws {
        let region = try await FleetRegion()
        try await region.enqueue(1)
        #expect(try await region.pass(atMost: .seconds(300)) { !region.alive.isEmpty })
        let cloud = try FleetRegion.service(
            store: region.queue, transport: region.ec2.transport, time: region.time, holder: "9"
        ).cloud
        let settings = FleetController.Settings(owner: FleetRegion.owner)
        let known = FleetReaper(
            store: FleetStore(region.queue), cloud: cloud, settings: settings, time: region.time.source)
        #expect(try await known.sweep().isEmpty)
        let empty = FleetStore(MemoryQueue(time: region.time.source))
        let reaper = FleetReaper(store: empty, cloud: cloud, settings: settings, time: region.time.source)
        region.time.advance(by: .seconds(600))
        #expect(try await reaper.sweep(isDry: true).map(\.act) == [.tag])
        #expect(region.alive.first?.tags[FleetTag.orphan] == nil)
        #expect(try await reaper.sweep().map(\.act) == [.tag])
        region.time.advance(by: .seconds(60))
        #expect(try await reaper.sweep(isDry: true).map(\.act) == [.remove])
        #expect(region.alive.count == 1)
        #expect(try await reaper.sweep().map(\.act) == [.remove])
        #expect(region.alive.isEmpty)
    }
}
