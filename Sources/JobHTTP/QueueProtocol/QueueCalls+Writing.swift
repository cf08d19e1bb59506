internal import HTTPTypes
internal import JobCore

extension QueueCalls {
    /// Stores jobs, under the rules that hold for every submission over HTTP.
    func enqueue(_ message: EnqueueRequest, _ caller: Principal) async throws -> [UInt8] {
        let jobs = message.jobs
        let most = service.configuration.batchLimit
        guard jobs.count <= most else {
            throw WireFault(path: "jobs", message: "must be at most \(most) in one submission; divide it")
        }
        for (index, job) in jobs.enumerated() {
            try caller.checkQueue(job.spec.queue, jobs.count == 1 ? "queue" : "jobs[\(index)].queue")
        }
        guard caller.attempt == nil else { throw Problem.forbidden("this token is for one attempt only") }
        try jobs.validate()
        try service.configuration.submission.check(jobs.map(\.spec))
        try await checkIDs(of: jobs, caller)
        let stored = try await store.enqueue(jobs)
        guard stored.allSatisfy(caller.maySee) else { throw Problem.uniqueKeyTaken(isBatch: jobs.count > 1) }
        // Whoever sent a specification may see it.
        let shown = zip(stored, jobs).map { job, new in
            job.id == new.id && job.spec == new.spec ? job : caller.shown(job)
        }
        return EnqueueReply.encode(shown, sent: jobs)
    }

    /// - Throws: ``Problem`` with 409 when an id is that of a job that the caller may not see; `QueueError`.
    private func checkIDs(of jobs: [NewJob], _ caller: Principal) async throws {
        if caller.seesEverything { return }
        for job in jobs {
            guard try await store.job(job.id).map(caller.maySee) ?? true else {
                throw Problem.conflict("idTaken", "a job that this token may not see has the id \(job.id)")
            }
        }
    }

    /// Stores output, then applies events.
    ///
    /// Events of jobs that the caller may not see are refused as those of unknown jobs.
    func apply(_ message: ApplyRequest, _ caller: Principal) async throws -> [UInt8] {
        let chunks = try await permitted(message.chunks, caller)
        var isPermitted: [Bool] = []
        isPermitted.reserveCapacity(message.events.count)
        for (index, event) in message.events.enumerated() {
            isPermitted.append(try await self.isPermitted(event, at: index, caller))
        }
        guard isPermitted.contains(false) else {
            let results = try await store.apply(message.events, logging: chunks)
            return ApplyReply.encode(results.map { $0.map(caller.shown) }, known: message.known)
        }
        let events = zip(message.events, isPermitted).filter(\.1).map(\.0)
        var applied = try await store.apply(events, logging: chunks).makeIterator()
        let results = isPermitted.map { $0 ? applied.next() ?? .failure(.unknownJob) : .failure(.unknownJob) }
        return ApplyReply.encode(results.map { $0.map(caller.shown) }, known: message.known)
    }

    /// Whether the caller may see an event's job.
    ///
    /// - Throws: ``Problem`` with 403 when it may not make such events at all.
    private func isPermitted(_ event: JobEvent, at index: Int, _ caller: Principal) async throws -> Bool {
        let path = "events[\(index)]"
        if let key = event.change.leaseKey {
            try check(.work, caller, path)
            guard caller.mayWrite(event.job, under: key) else { throw Self.notYours(path) }
        } else if case .claim(let worker, _) = event.change {
            try check(.work, caller, path)
            guard caller.mayWork(as: worker), caller.attempt == nil else { throw Self.notYours(path) }
        } else {
            try check(.submit, caller, path)
            if case .edit(let edit, _) = event.change, let queue = edit.queue {
                try caller.checkQueue(queue, "\(path).edit.queue")
            }
        }
        if caller.seesEverything { return true }
        return try await store.job(event.job).map(caller.maySee) ?? false
    }

    private func check(_ scope: AccessScope, _ caller: Principal, _ path: String) throws(Problem) {
        guard caller.has(scope) else {
            throw Problem(
                .forbidden, code: "notPermitted", "this token may not do that; it needs the scope \(scope.rawValue)",
                errors: [FieldIssue(path: path, message: "needs the scope \(scope.rawValue)")])
        }
    }

    private static func notYours(_ path: String) -> Problem {
        Problem(
            .forbidden, code: "notPermitted", "this token is bound to another worker or attempt",
            errors: [FieldIssue(path: path, message: "is written under a lease of another")])
    }

    /// Stores output.
    func append(_ chunks: [LogChunk], _ caller: Principal) async throws -> [UInt8] {
        try await store.append(try await permitted(chunks, caller))
        return WireNothing().encoded
    }

    /// The chunks of jobs that the caller may see.
    ///
    /// - Throws: ``Problem`` with 403 when one is written under a lease that the caller may not use.
    private func permitted(_ chunks: [LogChunk], _ caller: Principal) async throws -> [LogChunk] {
        if chunks.isEmpty { return [] }
        try check(.work, caller, "chunks")
        for (index, chunk) in chunks.enumerated() where !caller.mayWrite(chunk.job, under: chunk.key) {
            throw Self.notYours("chunks[\(index)]")
        }
        if caller.seesEverything { return chunks }
        var seen: [JobID: Bool] = [:]
        var permitted: [LogChunk] = []
        for chunk in chunks {
            if seen[chunk.job] == nil { seen[chunk.job] = try await store.job(chunk.job).map(caller.maySee) ?? false }
            if seen[chunk.job] ?? false { permitted.append(chunk) }
        }
        return permitted
    }

    /// Deletes finished jobs that the caller may see.
    func delete(_ ids: [JobID], _ caller: Principal) async throws -> [UInt8] {
        guard !caller.seesEverything else { return DeleteReply(results: try await store.delete(ids)).encoded }
        var results: [Result<Void, TransitionRefused>] = []
        for id in ids {
            if try await visible(id, caller) == nil {
                results.append(.failure(.unknownJob))
            } else {
                results += try await store.delete([id])
            }
        }
        return DeleteReply(results: results).encoded
    }
}
