internal import HTTPTypes
internal import Hummingbird
internal import JobCore

extension JobService {
    /// The event streams; the service must run for them to get anything.
    public var events: [Route] {
        [
            Route(.get, "/v1/jobs/{id}/events", access: Self.reading, operation: .watchJob) { try await watchJob($0) },
            Route(.get, "/v1/events", access: Self.watching, operation: .watchJobs) { try await watchJobs($0) },
        ]
    }

    private static let watching = Route.Access.scoped([.read])

    private func watchJob(_ request: JobRequest) async throws -> Response {
        let id = try request.jobID()
        let seen = try lastEvent(request)
        var query = try QueryReader(request.request.uri.query)
        try query.finish()
        let head = try await store.changePosition()
        guard let listening = hub.listen(to: id, head: head) else { throw Self.ending }
        let job = try await visibleJob(id, for: request.principal)
        if job.isFinished, let seen, try await !hasChanged(id, since: seen) {
            // A browser that comes again for a stream that has ended is told that this is all.
            return Response(status: .noContent)
        }
        let now = time.now
        let admission = Admission(request, to: Self.reading, authenticator)
        return stream { writer in
            var admission = admission
            try await writer.write(EventText.job(job, position: max(head, seen ?? 0), at: now))
            if job.isFinished { return }
            for await item in listening.items {
                guard let caller = await admission.caller() else { return }
                switch item {
                case .job(let changed, let position, let event):
                    // It may have gone to a queue of others, or to another worker.
                    guard caller.mayRead(changed) else { return }
                    guard position > head || changed.version > job.version else { continue }
                    try await writer.write(event)
                    if changed.isFinished { return }
                case .deleted(let id, let position):
                    return try await writer.write(EventText.deleted(id, position: position))
                case .stillHere: try await writer.write(EventText.stillHere)
                }
            }
        }
    }

    private func watchJobs(_ request: JobRequest) async throws -> Response {
        let seen = try lastEvent(request)
        var query = try QueryReader(request.request.uri.query)
        try query.finish()
        let head = try await store.changePosition()
        guard let listening = hub.listen(to: nil, head: head) else { throw Self.ending }
        let (store, time) = (store, time)
        let admission = Admission(request, to: Self.watching, authenticator)
        return stream { writer in
            var admission = admission
            // A position that this store has never had is of another one, and everything is new.
            var last = seen.map { $0 > head ? -1 : $0 } ?? head
            while last < listening.from {
                let page = try await store.changes(after: last, limit: 500)
                guard let caller = await admission.caller() else { return }
                if page.isGap { try await writer.write(EventText.gap(position: page.next)) }
                for change in page.changes where change.position <= listening.from {
                    if let job = try await store.job(change.job) {
                        guard caller.mayRead(job) else { continue }
                        try await writer.write(EventText.job(job, position: change.position, at: time.now))
                    } else if caller.seesEverything {
                        try await writer.write(EventText.deleted(change.job, position: change.position))
                    }
                }
                guard page.next > last else { break }
                last = page.next
            }
            for await item in listening.items {
                guard let caller = await admission.caller() else { return }
                switch item {
                case .job(let job, let position, let event):
                    if position > last, caller.mayRead(job) { try await writer.write(event) }
                case .deleted(let id, let position):
                    if position > last, caller.seesEverything {
                        try await writer.write(EventText.deleted(id, position: position))
                    }
                case .stillHere: try await writer.write(EventText.stillHere)
                }
            }
        }
    }

    private func hasChanged(_ job: JobID, since position: Int64) async throws -> Bool {
        let page = try await store.changes(after: position, limit: 1_000)
        return page.isGap || page.changes.contains { $0.job == job } || page.changes.count == 1_000
    }

    private func lastEvent(_ request: JobRequest) throws(Problem) -> Int64? {
        guard let name = HTTPField.Name("Last-Event-ID"), let text = request.headers[name], !text.isEmpty else {
            return nil
        }
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let position = Int64(text) else {
            throw .badParameter("Last-Event-ID", "must be the id of an event")
        }
        return position
    }

    private func stream(
        _ body: @escaping @Sendable @concurrent (inout any ResponseBodyWriter) async throws -> Void
    ) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
                // Proxies that gather answers must not gather this one.
                Self.buffering: "no",
            ],
            body: ResponseBody { writer in
                try await writer.write(EventText.welcome)
                try await body(&writer)
                try await writer.finish(nil)
            })
    }

    private static let buffering = HTTPField.Name("X-Accel-Buffering") ?? .via

    private static let ending = Problem(
        .serviceUnavailable, code: "ending", "the server is shutting down; come again",
        headers: [.retryAfter: "1"])
}
