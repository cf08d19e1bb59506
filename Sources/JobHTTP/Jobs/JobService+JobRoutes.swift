internal import Hummingbird
internal import JobCore

extension JobService {
    /// The calls about jobs.
    public var jobs: [Route] {
        [
            Route(.post, "/v1/jobs", access: .scoped([.submit])) { try await createJobs($0) },
            Route(.get, "/v1/jobs/{id}", access: .scoped([.read, .work])) { try await readJob($0) },
        ]
    }
}
