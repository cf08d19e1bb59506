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
        var events: [JobEvent] = []
        var failure: ExitStatus?
        for text in texts {
            do throws(CommandFailure) {
                events.append(JobEvent(change, of: try ArgumentReading.job(text)))
            } catch {
                for line in error.lines { await Console.shared.note(line) }
                failure = error.status
            }
        }
        var jobs: [Job] = []
        for (event, result) in zip(events, try await store.apply(events)) {
            switch result {
            case .success(let job): jobs.append(job)
            case .failure(.unknownJob):
                await Console.shared.note("jobctl: there is no job \(event.job) in this store")
                failure = .noSuchJob
            case .failure(let refusal):
                await Console.shared.note("jobctl: cannot \(verb) \(event.job): \(refusal)")
                failure = failure ?? .unsuccessful
            }
        }
        let now = TimeSource.system.now
        if json {
            if !jobs.isEmpty { await Console.shared.print(jobs: jobs, asBatch: texts.count > 1, at: now) }
        } else {
            await Console.shared.print(lines: jobs.map { "\($0.id) \($0.status(at: now).rawValue)" })
        }
        if let failure { throw CommandFailure(failure) }
        return jobs
    }
}
