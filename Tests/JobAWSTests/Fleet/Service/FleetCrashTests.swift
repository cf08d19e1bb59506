import JobAWS
import JobCore
import JobTesting
import Testing

/// The server dies in mid-launch: at each of its calls, before it is made and when its answer is on the way.
@Suite(.timeLimit(.minutes(5)))
struct FleetCrashTests {
    enum Side: String, CaseIterable {
        case store, cloud
    }

    private func quickRegion() async throws -> FleetRegion {
        let region = try await FleetRegion { $0.idleTimeout = .seconds(20) }
        region.bootTime = .seconds(10)
        region.workTime = .seconds(20)
        return region
    }

    private func check(_ region: FleetRegion, _ what: String) async throws {
        let isDone = try await region.pass(atMost: .seconds(2_400)) { try await region.succeeded() == 3 }
        #expect(isDone, "\(what): jobs are left")
        #expect(region.ec2.instances.count == 3, "\(what): \(region.ec2.instances.count) instances were launched")
        let isEmpty = try await region.pass(atMost: .seconds(2_400)) { try await region.isEmpty() }
        #expect(isEmpty, "\(what): something is left over")
        let launches = try await FleetStore(region.queue).launches()
        let known = Set(launches.flatMap(\.instances))
        #expect(Set(region.ec2.instances.map(\.id)).isSubset(of: known), "\(what): an instance has no launch")
    }

    @Test(arguments: [false, true])
    func aCrashAtAnyCallOfEC2(isAfter: Bool) async throws {
        for call in 1...16 {
            let region = try await quickRegion()
            region.transport.crash(at: call, after: isAfter)
            let died = region.transport
            try await region.enqueue(3)
            await region.look()
            try await check(region, "\(isAfter ? "after" : "before") call \(call) of EC2")
            #expect(died.isDead)
        }
    }

    @Test(arguments: [Fault.Moment.before, .after])
    func aCrashAtAnyCallOfTheStore(moment: Fault.Moment) async throws {
        for call in 1...36 {
            let region = try await quickRegion()
            region.store.inject(.crash(moment, .service, call: call))
            let died = region.store
            try await region.enqueue(3)
            await region.look()
            try await check(region, "\(moment) call \(call) of the store")
            #expect(died.isCrashed)
        }
    }

    @Test func crashesAgainAndAgain() async throws {
        let region = try await FleetRegion()
        try await region.enqueue(3)
        for call in 1...30 {
            region.transport.crash(at: call % 13 + 1, after: call % 2 == 0)
            try await region.pass(.seconds(20))
        }
        try await check(region, "after 30 crashes")
    }

    @Test func twoServersOnOneStoreAreOne() async throws {
        let region = try await FleetRegion()
        let other = try FleetRegion.service(
            store: region.queue, transport: region.ec2.transport, time: region.time, holder: "77")
        var stepper = FleetStepper(other)
        try await region.enqueue(3)
        for _ in 0..<60 {
            try await region.pass(.seconds(5))
            await stepper.step()
        }
        #expect(region.ec2.instances.count == 3)
        // The first one dies; the other takes over when the lease is over.
        try await region.enqueue(2)
        for _ in 0..<10 {
            region.time.advance(by: .seconds(5))
            await stepper.step()
        }
        #expect(region.ec2.instances.count == 5)
    }

    @Test func aServerThatEndsLetsTheNextOneBegin() async throws {
        let region = try await FleetRegion()
        var first = FleetStepper(
            try FleetRegion.service(
                store: region.queue, transport: region.ec2.transport, time: region.time, holder: "1"))
        await first.step()
        await first.end()
        try await region.enqueue(1)
        var second = FleetStepper(
            try FleetRegion.service(
                store: region.queue, transport: region.ec2.transport, time: region.time, holder: "2"))
        await second.step()
        #expect(region.ec2.instances.count == 1)
    }
}
