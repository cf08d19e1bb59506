internal import JobCore
internal import Logging

extension QueueCalls {
    /// The answer to a claim; when its client turns out to be gone, the jobs go back at once and cost no attempt.
    ///
    /// What was written may still be lost on its way: then the worker asks for it with `held`, or the leases run out.
    func handOver(_ claims: [Claim], name: String?) async throws -> [UInt8] {
        var given = claims
        if let delivery = Delivery.current, !claims.isEmpty {
            if await delivery.client().isGone {
                await takeBack(claims, name: nil)
                given = []
            } else {
                delivery.ifLost { await takeBack(claims, name: name) }
            }
        }
        if let name {
            let leases = given.map { HeldLease(job: $0.job.id, generation: $0.lease.generation) }
            service.claims.end(name, leases.isEmpty ? nil : LeaseList(leases: leases).encoded)
        }
        let bytes = ClaimReply(claims: given).encoded
        service.claimSizes.note(claims: given.count, bytes: bytes.count)
        return bytes
    }

    private func takeBack(_ claims: [Claim], name: String?) async {
        do {
            var events: [JobEvent] = []
            for claim in claims {
                // A lease that was renewed since then has come to its worker by another answer.
                guard try await store.job(claim.job.id)?.lease == claim.lease else { continue }
                events.append(JobEvent(.released(claim.key, reason: Self.goneReason), of: claim.job.id))
            }
            _ = try await store.apply(events)
        } catch {
            service.logger.warning(
                "Jobs of a worker that has gone wait until their leases run out",
                metadata: ["jobs": "\(claims.count)", "error": "\(error)"])
        }
        if let name { service.claims.forget(name) }
    }

    private static let goneReason = "the worker had gone before it heard of the job"
}
