internal import HTTPTypes
internal import Hummingbird
internal import JobCore

extension JobService {
    /// `GET /v1/jobs/{id}`: one job; with `wait`, as soon as it is another than the caller has.
    func readJob(_ request: JobRequest) async throws -> Response {
        let id = try request.jobID()
        let known = request.headers.value(.ifNoneMatch)
        guard request.request.uri.query != nil else {
            return try answer(try await visibleJob(id, for: request.principal), known)
        }
        var query = try QueryReader(request.request.uri.query)
        let wait = query.duration("wait")
        try query.finish()
        let job = try await visibleJob(id, for: request.principal)
        guard let wait, wait > .zero else { return try answer(job, known) }
        let tag = job.entityTag(at: time.now)
        if let known, !EntityTags.matches(known, tag, weakly: true) { return try answer(job, known) }
        // A finished job changes no more on its own.
        if job.isFinished { return try answer(job, known) }
        let changed = try await waitForChange(of: job, tag, atMost: min(wait, configuration.longestWait))
        guard let changed, request.principal.mayRead(changed) else { throw Problem.noSuchJob }
        return try answer(changed, known)
    }

    /// The job, when the caller may see it.
    ///
    /// - Throws: ``Problem`` with 404, the same for jobs that are not there and jobs of others.
    func visibleJob(_ id: JobID, for principal: Principal) async throws -> Job {
        guard let job = try await store.job(id), principal.mayRead(job) else { throw Problem.noSuchJob }
        return job
    }

    private func answer(_ job: Job, _ known: String?) throws -> Response {
        let now = time.now
        let tag = job.entityTag(at: now)
        var headers: HTTPFields = [
            .eTag: tag, .cacheControl: cacheControl(for: job), .vary: "Authorization, Cookie",
        ]
        if let known, EntityTags.matches(known, tag, weakly: true) {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = "application/json"
        headers[.xContentTypeOptions] = "nosniff"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: rendered.json(of: job, at: now)))
    }

    private func cacheControl(for job: Job) -> String {
        guard let age = configuration.sharedCacheAge, job.isFinished else { return "private, no-cache" }
        return "public, max-age=0, s-maxage=\(age.components.seconds)"
    }

    /// The job when its tag is another, or when the time is over; nil when it is gone.
    private func waitForChange(of job: Job, _ tag: String, atMost wait: Duration) async throws -> Job? {
        let end = time.uptime + wait
        var latest = job
        while latest.entityTag(at: time.now) == tag {
            var pause = end - time.uptime
            guard pause > .zero else { return latest }
            // A waiting job becomes queued when its time comes, and nobody signals that.
            if case .waiting(let until, _) = latest.state, until > time.now { pause = min(pause, until - time.now) }
            let (found, isOver) = try await change(of: latest, within: pause)
            guard let found else { return nil }
            latest = found
            if isOver { return latest }
        }
        return latest
    }

    /// The job after its version has changed or the time is over; also whether the server ends.
    private func change(of job: Job, within pause: Duration) async throws -> (Job?, Bool) {
        let signals = store.signals(for: .job(job.id))
        let (store, time) = (store, time)
        return try await withThrowingTaskGroup(of: (Job?, Bool)?.self) { group in
            group.addTask {
                guard let seen = try await store.job(job.id) else { return (nil, false) }
                if seen.version != job.version { return (seen, false) }
                for await _ in signals.endingWithServer() {
                    guard let seen = try await store.job(job.id) else { return (nil, false) }
                    if seen.version != job.version { return (seen, false) }
                }
                return (job, true)
            }
            group.addTask {
                try await time.sleep(for: pause)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let result = first else { return (job, false) }
            return result
        }
    }
}
