internal import JobCore

/// Waits for jobs to finish, and tells how they did.
struct JobWaiting {
    let store: any JobStore
    let ids: [JobID]
    var timeout: Duration?
    /// Whether one finished job is enough.
    var any = false
    var time = TimeSource.system

    /// Waits, and prints a line for each job as it finishes, or all of them as JSON at the end.
    ///
    /// - Throws: ``CommandFailure`` when a job did not succeed, does not exist, or the time is over.
    func run(json: Bool, asBatch: Bool) async throws {
        for id in ids where try await store.job(id) == nil { throw CommandFailure.noSuchJob(id) }
        let finished = try await wait { job in
            guard !json else { return }
            let reason = job.failure.map { " (\($0.code.rawValue): \($0.message))" } ?? ""
            await Console.shared.print("\(job.id) \(job.status(at: time.now).rawValue)\(reason)")
        }
        if json {
            var jobs: [Job] = []
            for id in ids { if let job = try await store.job(id) { jobs.append(job) } }
            await Console.shared.print(jobs: jobs, asBatch: asBatch, at: time.now)
        }
        let isEnough = any ? !finished.isEmpty : finished.count == Set(ids).count
        if !isEnough {
            let limit = timeout.map { " after \($0.jobText)" } ?? ""
            throw CommandFailure(.timeout, "the jobs have not finished\(limit); they go on")
        }
        if finished.contains(where: { !$0.hasSucceeded }) { throw CommandFailure(.unsuccessful) }
    }

    private func wait(each: @Sendable @escaping (Job) async -> Void) async throws -> [Job] {
        try await withThrowingTaskGroup(of: Job?.self) { group in
            for id in Set(ids) {
                group.addTask { [store] in
                    // One that was deleted while we waited had finished.
                    guard let job = try await store.finished(id) else { throw CommandFailure.noSuchJob(id) }
                    return job
                }
            }
            if let timeout {
                group.addTask { [time] in
                    try await time.sleep(for: timeout)
                    return nil
                }
            }
            defer { group.cancelAll() }
            var finished: [Job] = []
            while finished.count < (any ? 1 : Set(ids).count), let next = try await group.next() {
                guard let job = next else { return finished }
                await each(job)
                finished.append(job)
            }
            return finished
        }
    }
}

extension Job {
    /// Whether the job ended well.
    var hasSucceeded: Bool {
        guard case .finished(.succeeded, _) = state else { return false }
        return true
    }
}

extension CommandFailure {
    /// For an id that no job has.
    static func noSuchJob(_ id: JobID) -> CommandFailure {
        CommandFailure(.noSuchJob, "there is no job \(id) in this store")
    }
}
