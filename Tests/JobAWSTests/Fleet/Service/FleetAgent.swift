import JobAWS
import JobCore
import JobTesting
import Testing

/// What `jobctl worker` is on an instance: it enrols, claims, works, hears notices, ends when idle.
final class FleetAgent {
    private let id: String
    private let ordinal: Int
    private unowned let region: FleetRegion
    private var grant: EnrolmentGrant?
    private var startedAt: Timestamp
    private var held: [(id: JobID, lease: LeaseKey, done: Timestamp)] = []
    private var idleSince: Timestamp
    private var notice: WorkerNotice?
    var isOver = false
    var isSilent = false

    init(_ instance: FakeEC2.Instance, _ region: FleetRegion) {
        id = instance.id
        ordinal = instance.ordinal
        self.region = region
        startedAt = region.time.now
        idleSince = region.time.now
    }

    func work(_ instance: FakeEC2.Instance) async throws {
        guard !isOver, !isSilent else { return }
        guard let grant = try await enrolled(instance) else { return }
        try await listen(to: instance, grant)
        let now = region.time.now
        for job in held where job.done <= now { try await finish(job.id, job.lease) }
        held.removeAll { $0.done <= now }
        for job in held { _ = try await region.queue.apply(.heartbeat(job.lease, lease: .seconds(60)), to: job.id) }
        let orders = try await report(grant)
        if notice?.kind == .interruption { return }
        if !orders.drain, held.count < grant.slots {
            for claim in try await region.queue.claim(
                ClaimRequest(
                    worker: grant.worker, queues: grant.queues, limit: grant.slots - held.count, lease: .seconds(60)))
            {
                held.append((claim.job.id, LeaseKey(claim.lease), now + region.workTime))
            }
            if !held.isEmpty { try await report(grant) }
        }
        if !held.isEmpty { idleSince = now }
        let isIdle = grant.idleTimeout.map { now - idleSince > $0 } ?? false
        if held.isEmpty, orders.drain || isIdle { try await end(grant) }
    }

    private func enrolled(_ instance: FakeEC2.Instance) async throws -> EnrolmentGrant? {
        if let grant { return grant }
        let script = String(decoding: instance.userData, as: UTF8.self)
        guard let text = script.split(separator: "'").first(where: { $0.hasPrefix("jk_") }),
            let token = try await region.queue.tokens().first(where: { $0.id == text.split(separator: "_")[1] })
        else { return nil }
        #expect(token.scopes == [.enrol])
        let request = EnrolmentRequest(instance: id, secretHash: Array(repeating: 1, count: 32))
        do {
            grant = try await FleetEnrolment(records: region.queue, time: region.time.source).enrol(
                request, with: token)
        } catch let refused as EnrolmentRefused where refused.isRetryable {
            return nil
        }
        return grant
    }

    @discardableResult
    private func report(_ grant: EnrolmentGrant, isStopped: Bool = false) async throws -> WorkerOrders {
        try await region.queue.report(
            WorkerReport(
                name: grant.worker, queues: grant.queues, slots: grant.slots, startedAt: startedAt,
                isStopped: isStopped, notice: notice))
    }

    private func finish(_ job: JobID, _ lease: LeaseKey) async throws {
        _ = try await region.queue.apply([
            JobEvent(.stepSucceeded(lease, step: 0, output: StepOutput()), of: job),
            JobEvent(.succeeded(lease), of: job),
        ])
    }

    private func listen(to instance: FakeEC2.Instance, _ grant: EnrolmentGrant) async throws {
        guard notice == nil, let time = instance.interruptedAt, !region.deaf.contains(ordinal) else { return }
        notice = WorkerNotice(.interruption, at: time)
        try await report(grant)
        for job in held { _ = try await region.queue.apply(.released(job.lease, reason: "interrupted"), to: job.id) }
        held = []
    }

    /// The agent ends, and its script powers the machine off.
    private func end(_ grant: EnrolmentGrant) async throws {
        try await report(grant, isStopped: true)
        isOver = true
        region.ec2.powerOff(id)
    }
}
