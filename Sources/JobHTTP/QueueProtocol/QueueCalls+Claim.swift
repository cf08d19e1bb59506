internal import Hummingbird
internal import JobCore

extension QueueCalls {
    /// Hands out leases: first those whose answer a worker did not get, then new ones; waits for some if so asked.
    func claim(_ message: ClaimMessage, _ request: JobRequest) async throws -> [UInt8] {
        let caller = request.principal
        try Self.check(message.request, caller)
        guard let text = message.name else { return try await encoded(try await claims(message, request)) }
        let name = "\(caller.id)\n\(message.request.worker)\n\(text)"
        switch service.claims.begin(name) {
        case .answered(let leases):
            return try await encoded(try await again(try LeaseList(decoding: leases).leases, message.request))
        case .underWay: throw ReplyMemory.isUnderWay
        case .new: break
        }
        do {
            let claims = try await claims(message, request)
            let leases = claims.map { HeldLease(job: $0.job.id, generation: $0.lease.generation) }
            service.claims.end(name, leases.isEmpty ? nil : LeaseList(leases: leases).encoded)
            return try await encoded(claims)
        } catch {
            service.claims.end(name, nil)
            throw error
        }
    }

    private func encoded(_ claims: [Claim]) async throws -> [UInt8] {
        let bytes = ClaimReply(claims: claims).encoded
        service.claimSizes.note(claims: claims.count, bytes: bytes.count)
        return bytes
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
            claims = try await waitingClaim(wanted, atMost: min(wait, service.configuration.longestWait), request)
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

    // MARK: Waiting

    /// Claims as soon as there is something, or gives up when the time is over, the server ends or the client goes.
    private func waitingClaim(
        _ wanted: ClaimRequest, atMost wait: Duration, _ request: JobRequest
    ) async throws -> [Claim] {
        let end = service.time.uptime + wait
        let queues = wanted.slots.map(\.queue)
        while true {
            // Before the look, so that nothing falls between.
            let signals = store.signals(for: .work(queues: Set(queues)))
            let claims = try await store.claim(wanted)
            let rest = end - service.time.uptime
            guard claims.isEmpty, rest > .zero else { return claims }
            var pause = rest
            if let due = try await store.nextDue(in: queues) {
                pause = min(pause, max(Self.shortestPause, due - service.time.now))
            }
            guard try await somethingComes(signals, within: pause) else { return [] }
        }
    }

    private static let shortestPause = Duration.milliseconds(20)

    /// Whether there is a reason to look again: a signal, or the end of the pause; false when the server ends.
    private func somethingComes(_ signals: AsyncStream<Void>, within pause: Duration) async throws -> Bool {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in signals.endingWithServer() { return true }
                return false
            }
            group.addTask { [time = service.time] in
                try await time.sleep(for: pause)
                return true
            }
            defer { group.cancelAll() }
            return try await group.next() ?? false
        }
    }
}
