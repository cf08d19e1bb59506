internal import JobCore

/// Applies one change to several jobs, and tells of each how it went.
struct JobChange {
    let change: JobEvent.Change
    /// What was asked for, such as `cancel`.
    let verb: String

    /// Applies the change to all, also when some are refused.
    ///
    /// - Throws: ``CommandFailure`` with the code for the worst that happened; `QueueError`.
    func apply(to texts: [String], in store: any JobStore, json: Bool) async throws -> [Job] {
        var named = await NamedJobs(texts)
        var jobs: [Job] = []
        for (id, result) in zip(named.ids, try await store.apply(named.ids.map { JobEvent(change, of: $0) })) {
            switch result {
            case .success(let job): jobs.append(job)
            case .failure(let refusal): await named.refused(verb, id, refusal)
            }
        }
        let now = TimeSource.system.now
        if json {
            if !jobs.isEmpty { await Console.shared.print(jobs: jobs, asBatch: texts.count > 1, at: now) }
        } else {
            await Console.shared.print(lines: jobs.map { "\($0.id) \($0.status(at: now).rawValue)" })
        }
        if let failure = named.failure { throw CommandFailure(failure) }
        return jobs
    }
}
