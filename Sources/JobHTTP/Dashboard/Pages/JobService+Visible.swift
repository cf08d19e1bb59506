internal import JobCore

extension JobService {
    /// A page of the jobs that a filter lets pass and that the visitor may see.
    func visibleJobs(
        _ filter: JobFilter, after: JobID? = nil, limit: Int, for visitor: Visitor
    ) async throws -> JobPage {
        let principal = visitor.principal
        if let attempt = principal.attempt {
            let job = try await store.job(attempt.job)
            return JobPage(
                jobs: job.map { principal.mayRead($0) && filter.matches($0, at: time.now) ? [$0] : [] } ?? [], next: nil
            )
        }
        var filter = filter
        if !principal.queues.isEmpty {
            filter.queues = filter.queues.isEmpty ? principal.queues : filter.queues.intersection(principal.queues)
            if filter.queues.isEmpty { return JobPage(jobs: [], next: nil) }
        }
        return try await store.page(filter, after: after, limit: limit)
    }
}
