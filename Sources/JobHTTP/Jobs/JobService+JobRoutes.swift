internal import Hummingbird
internal import JobCore

extension JobService {
    /// The calls about jobs: submit, list, read, change, logs, outputs and artifacts.
    public var jobs: [Route] {
        [
            Route(
                .post, "/v1/jobs", access: .scoped([.submit]),
                operation: .createJobs(takesYAML: configuration.yaml != nil)
            ) { try await createJobs($0) },
            Route(.get, "/v1/jobs", access: .scoped([.read]), operation: .listJobs) { try await listJobs($0) },
            Route(.get, "/v1/jobs/{id}", access: Self.reading, operation: .readJob) { try await readJob($0) },
            Route(.patch, "/v1/jobs/{id}", access: .scoped([.submit]), operation: .editJob) { try await editJob($0) },
            Route(.delete, "/v1/jobs/{id}", access: .scoped([.submit]), operation: .deleteJob) {
                try await deleteJob($0)
            },
            Route(.post, "/v1/jobs/{id}/cancel", access: .scoped([.submit]), operation: .cancelJob) {
                try await cancelJob($0)
            },
            Route(.post, "/v1/jobs/{id}/retry", access: .scoped([.submit]), operation: .retryJob) {
                try await retryJob($0)
            },
            Route(.get, "/v1/jobs/{id}/logs", access: Self.reading, operation: .readLog) { try await readLog($0) },
            Route(.get, "/v1/jobs/{id}/steps/{name}/output", access: Self.reading, operation: .readOutput) {
                try await readOutput($0)
            },
            Route(.get, "/v1/jobs/{id}/artifacts", access: Self.reading, operation: .listArtifacts) {
                try await listArtifacts($0)
            },
            Route(.get, "/v1/jobs/{id}/artifacts/{name}", access: Self.reading, operation: .readArtifact) {
                try await readArtifact($0)
            },
            Route(.put, "/v1/jobs/{id}/artifacts/{name}", access: .scoped([.submit, .work]), operation: .putArtifact) {
                try await putArtifact($0)
            },
        ]
    }

    /// Those who work on a job may read it.
    static let reading = Route.Access.scoped([.read, .work])
}
