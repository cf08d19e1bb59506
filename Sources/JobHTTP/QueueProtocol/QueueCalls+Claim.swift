internal import Hummingbird
internal import JobCore

extension QueueCalls {
    /// Hands out leases: first those whose answer a worker did not get, then new ones; waits for some if so asked.
    func claim(_ message: ClaimMessage, _ request: JobRequest) async throws -> [UInt8] {
        let caller = request.principal
        try Self.check(message.request, caller)
        guard let text = message.name else { return try await handOver(try await claims(message, request), name: nil) }
        let name = "\(caller.id)\n\(message.request.worker)\n\(text)"
        switch service.claims.begin(name) {
        case .answered(let leases):
            let claims = try await again(try LeaseList(decoding: leases).leases, message.request)
            return try await handOver(claims, name: name)
        case .underWay: throw ReplyMemory.isUnderWay
        case .new: break
        }
        do {
            return try await handOver(try await claims(message, request), name: name)
        } catch {
            service.claims.forget(name)
            throw error
        }
    }

    private func claims(_ message: ClaimMessage, _ request: JobRequest) async throws -> [Claim] {
        var wanted = message.request
        // An answer has to fit into the memory of both sides, whatever the jobs are like.
        let most = service.claimSizes.mostJobs
        wanted.limit = min(wanted.limit, most)
        var claims: [Claim] = []
        if let held = message.held { claims = try await unknown(to: wanted.worker, held, wanted) }
        if claims.count < wanted.limit {
            var rest = wanted
            rest.limit -= claims.count
            claims += try await store.claim(rest)
        }
        if claims.isEmpty, let wait = message.wait, wait > .zero {
            let admission = Admission(request, to: .scoped(QueueRoute.claim.scopes), service.authenticator)
            claims = try await waitingClaim(
                wanted, atMost: min(wait, service.configuration.longestWait), as: admission)
        }
        return claims
    }

    private static func check(_ request: ClaimRequest, _ caller: Principal) throws {
        try caller.checkWork(as: request.worker)
        guard caller.attempt == nil else { throw Problem.forbidden("this token is for one attempt only") }
        guard (1...200).contains(request.worker.utf8.count) else {
            throw WireFault(path: "worker", message: "must have 1 to 200 characters")
        }
        guard request.lease > .zero, request.lease <= .seconds(86_400) else {
            throw WireFault(path: "lease", message: "must be more than nothing and at most a day, in microseconds")
        }
        for (index, slot) in request.slots.enumerated() {
            try caller.checkQueue(slot.queue, "slots[\(index)].queue")
        }
    }

    /// The leases of an earlier answer that still stand.
    private func again(_ leases: [HeldLease], _ request: ClaimRequest) async throws -> [Claim] {
        let events = leases.map { lease in
            let key = LeaseKey(worker: request.worker, generation: lease.generation)
            return JobEvent(.heartbeat(key, lease: request.lease), of: lease.job)
        }
        return try await store.apply(events).compactMap { result in (try? result.get()).flatMap { Claim($0) } }
    }

    /// The running jobs of a worker that it does not know of, because the answer to a claim was lost.
    ///
    /// They are found in the store and not in this process, so that a restart of the server in between costs nothing.
    private func unknown(to worker: String, _ held: [HeldLease], _ request: ClaimRequest) async throws -> [Claim] {
        let known = Set(held)
        let filter = JobFilter(statuses: [.running, .cancelling], queues: Set(request.slots.map(\.queue)))
        var events: [JobEvent] = []
        var last: JobID?
        for _ in 0..<Self.mostPages {
            let page = try await store.page(filter, after: last, limit: Self.pageSize)
            for job in page.jobs where events.count < request.limit {
                guard let lease = job.lease, lease.worker == worker, lease.expiresAt > service.time.now,
                    !known.contains(HeldLease(job: job.id, generation: lease.generation))
                else { continue }
                // From here on the lease lasts as long as a new one.
                events.append(JobEvent(.heartbeat(LeaseKey(lease), lease: request.lease), of: job.id))
            }
            guard let next = page.next, events.count < request.limit else { break }
            last = next
        }
        if events.isEmpty { return [] }
        return try await store.apply(events).compactMap { result in (try? result.get()).flatMap { Claim($0) } }
    }

    private static let mostPages = 50
    private static let pageSize = 500
}
