import JobAWS
import JobCore
import JobTesting
import ServiceLifecycle
import Testing

/// The running service: what moves it, and how it ends.
@Suite(.timeLimit(.minutes(1)))
struct FleetLoopTests {
    @Test func aJobBringsAnInstanceWithoutTimePassing() async throws {
        let region = try await FleetRegion()
        let service = try FleetRegion.service(
            store: region.queue, transport: region.ec2.transport, time: region.time, holder: "1")
        let running = Task { try await service.run() }
        // It has listed what EC2 has, and read what it offers.
        let ec2 = region.ec2
        while !(ec2.calls.contains { $0.operation == "DescribeSpotPriceHistory" }) { await Task.yield() }
        try await region.enqueue(1)
        let found = try await ec2.wait { $0.first }
        #expect(found.tags[FleetTag.fleet] == "f")
        running.cancel()
        _ = await running.result
        #expect(try await region.queue.allRecords(in: "fleet-lock").isEmpty)
    }

    @Test func itGoesOnWhileEC2CannotBeReached() async throws {
        let region = try await FleetRegion()
        let dead = CrashingTransport(region.ec2.transport)
        dead.die()
        let service = try FleetRegion.service(store: region.queue, transport: dead, time: region.time, holder: "1")
        let running = Task { try await service.run() }
        for _ in 0..<20 {
            try await region.time.waitForSleepers()
            region.time.advance(by: .seconds(5))
        }
        running.cancel()
        await #expect(throws: Never.self) { try await running.value }
    }
}
