internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import JobCore
internal import NIOCore

extension JobService {
    /// The streams that keep pages up to date.
    var dashboardStreams: [Route] {
        [
            Route(.get, "/live/overview", access: .own) { request in
                try await stream(request, .everything) { try await overviewScreen($0) }
            },
            Route(.get, "/live/jobs", access: .own) { request in
                let query = request.request.uri.query
                return try await stream(request, .everything) { try await jobsScreen($0, query: query) }
            },
            Route(.get, "/live/queues", access: .own) { request in
                try await stream(request, .everything) { try await queuesScreen($0) }
            },
            Route(.get, "/live/workers", access: .own) { request in
                try await stream(request, .everything) { try await workersScreen($0) }
            },
            Route(.get, "/live/jobs/{id}", access: .own) { request in
                let id = try request.jobID()
                return try await stream(request, .job(id), log: id) { try await jobScreen($0, id) }
            },
        ]
    }

    /// Answers with a stream of the parts of a page that change, and of a job's log.
    private func stream(
        _ request: JobRequest, _ interest: SignalInterest, log: JobID? = nil,
        _ make: @escaping @Sendable (Visitor) async throws -> Screen
    ) async throws -> Response {
        guard let visitor = try await visitor(of: request) else {
            throw Problem(.unauthorized, code: "unauthorized", "the session has ended; sign in again")
        }
        guard visitor.principal.has(.read) else { throw Problem.forbidden("this token may not look at jobs") }
        // What cannot be shown at all is refused before anything is promised.
        _ = try await make(visitor)
        let stream = LiveStream(service: self, request: request, interest: interest, job: log, make: make)
        let body = request.request.body
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
                Self.proxyBuffering: "no",
            ],
            body: ResponseBody { writer in
                // Nothing is written while nothing changes, so a browser that goes away must be noticed otherwise.
                _ = try await body.consumeWithCancellationOnInboundClose { _ in
                    try await stream.run(&writer)
                }
                try await writer.finish(nil)
            })
    }

    private static let proxyBuffering = HTTPField.Name("X-Accel-Buffering") ?? .via
}
