import JobAWS
import JobCore
import JobTesting
import Testing

/// Who may become a worker of a fleet.
struct FleetEnrolmentTests {
    private let secret = Array(repeating: UInt8(1), count: 32)
    private let other = Array(repeating: UInt8(2), count: 32)

    private func enrol(
        _ region: FleetRegion, instance: String, secret: [UInt8]
    ) async throws -> EnrolmentGrant {
        let launch = try #require(try await FleetStore(region.queue).launches().first)
        let token = try #require(try await region.queue.tokens().first { $0.id == launch.id })
        return try await FleetEnrolment(records: region.queue, time: region.time.source).enrol(
            EnrolmentRequest(instance: instance, secretHash: secret), with: token)
    }

    private func launched() async throws -> (FleetRegion, String) {
        let region = try await FleetRegion { $0.jobsPerInstance = 3 }
        try await region.enqueue(1)
        await region.look()
        await region.look()
        return (region, try #require(region.ec2.instances.first?.id))
    }

    @Test func anInstanceOfTheLaunchIsAdmittedOnceUnderOneSecret() async throws {
        let (region, id) = try await launched()
        let grant = try await enrol(region, instance: id, secret: secret)
        #expect(grant.worker == "ec2:\(id)")
        #expect(grant.queues == ["work"] && grant.slots == 3)
        #expect(grant.idleTimeout == .seconds(60) && !grant.isSingleUse)
        #expect(try await enrol(region, instance: id, secret: secret) == grant)
        let refused = await #expect(throws: EnrolmentRefused.self) {
            _ = try await enrol(region, instance: id, secret: other)
        }
        #expect(refused?.isRetryable == false)
    }

    @Test func aStrangerIsNotAdmitted() async throws {
        let (region, _) = try await launched()
        let early = await #expect(throws: EnrolmentRefused.self) {
            _ = try await enrol(region, instance: "i-stranger", secret: secret)
        }
        // It may be known in a moment, but not for ever.
        #expect(early?.isRetryable == true)
        region.time.advance(by: .seconds(601))
        let late = await #expect(throws: EnrolmentRefused.self) {
            _ = try await enrol(region, instance: "i-stranger", secret: secret)
        }
        #expect(late?.isRetryable == false)
    }

    @Test func anInstanceThatIsBeingTerminatedIsNotAdmitted() async throws {
        let (region, id) = try await launched()
        region.mute = [1]
        try await region.pass(.seconds(620))
        await #expect(throws: EnrolmentRefused.self) { _ = try await enrol(region, instance: id, secret: secret) }
    }

    @Test func theTokenOfAnInstanceThatIsGoneIsRevoked() async throws {
        let (region, id) = try await launched()
        let worker = AccessToken(
            id: EnrolmentRequest.tokenID(instance: id), name: "w", hash: other, scopes: [.work],
            createdAt: region.time.now,
            worker: FleetWorker.name(instance: id))
        try await region.queue.insert(worker)
        region.ec2.reclaim(id)
        try await region.pass(.seconds(240))
        let token = try #require(try await region.queue.token(hash: other))
        #expect(token.revokedAt != nil)
    }
}
