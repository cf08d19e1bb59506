internal import HTTPTypes
internal import Hummingbird
internal import JobCore

/// The queue protocol: reads messages, looks whether the caller may, and hands them to the store.
struct QueueCalls: Sendable {
    let service: JobService

    var store: any ServiceStore { service.store }

    /// Answers one call.
    ///
    /// - Throws: ``Problem``; whatever the store throws.
    func answer(_ call: QueueRoute, _ request: JobRequest) async throws -> Response {
        guard request.contentType == nil || request.contentType == "application/json" else {
            throw Problem.unsupportedType("application/json")
        }
        let body = try await request.body(upTo: call.isLong ? WireMessage.mostBytes : nil)
        do {
            return Response(jsonBytes: try await reply(to: call, body, request))
        } catch let fault as WireFault {
            throw Problem(fault)
        } catch let error as QueueError where error.code == .invalidRequest {
            throw Problem(.unprocessableContent, code: "invalidRequest", error.detail)
        }
    }

    private func reply(to call: QueueRoute, _ body: [UInt8], _ request: JobRequest) async throws -> [UInt8] {
        let caller = request.principal
        switch call {
        case .enqueue: return try await enqueue(try EnqueueRequest(decoding: body), caller)
        case .claim: return try await claim(try ClaimMessage(decoding: body), request)
        case .apply:
            let message = try ApplyRequest(decoding: body)
            return try await once(call, request) { try await apply(message, caller) }
        case .append: return try await append(try ApplyRequest(decoding: body).chunks, caller)
        case .job:
            let job = try await visible(try JobReference(decoding: body).job, caller)
            return JobReply(job: job.map(caller.shown)).encoded
        case .log: return try await log(try LogRequest(decoding: body), caller)
        case .page: return try await page(try PageRequest(decoding: body), caller)
        case .counts: return try await counts(caller).encoded
        case .prune:
            let limit = try WireCount(decoding: body).count
            guard limit >= 1 else { throw WireFault(path: "count", message: "must be at least 1") }
            return WireCount(try await store.prune(limit: min(limit, Self.prunedAtOnce))).encoded
        case .nextDue:
            let queues = try DueRequest(decoding: body).queues.filter(caller.mayTouch(queue:))
            return DueReply(due: try await store.nextDue(in: queues), now: service.time.now).encoded
        case .cancelRequests:
            let worker = try WorkerReference(decoding: body).worker
            try caller.checkWork(as: worker)
            let jobs = try await store.cancelRequests(for: worker)
            return JobList(jobs: try await service.visible(jobs, for: caller)).encoded
        case .delete:
            let ids = try JobList(decoding: body).jobs
            return try await once(call, request) { try await delete(ids, caller) }
        case .putArtifact, .artifacts, .artifact: return try await artifacts(call, body, caller)
        case .queueSettings, .setQueueSettings, .report, .workers, .drain, .changePosition, .changes:
            return try await control(call, body, caller)
        case .record, .records, .writeRecords: return try await records(call, body, request)
        case .insertToken, .token, .tokens, .revokeToken: return try await tokens(call, body, caller)
        }
    }

    private static let prunedAtOnce = 1_000

    /// The job, when there is one and the caller may see it.
    func visible(_ id: JobID, _ caller: Principal) async throws -> Job? {
        guard let job = try await store.job(id), caller.mayRead(job) else { return nil }
        return job
    }
}

extension QueueRoute {
    /// Whether messages bear what workers and programs have made, and so may be longer than other bodies.
    fileprivate var isLong: Bool {
        switch self {
        case .apply, .append, .putArtifact, .writeRecords: true
        default: false
        }
    }
}

extension Problem {
    /// What is no JSON is a bad request; in what can be read, a field is wrong.
    fileprivate init(_ fault: WireFault) {
        let detail = "the message cannot be read: \(fault)"
        if fault.isSyntax {
            self = .badRequest(detail)
        } else {
            self.init(.unprocessableContent, code: "invalidRequest", detail, errors: [fault.issue])
        }
    }
}

extension Principal {
    /// - Throws: ``Problem`` with 403 when the caller may not act as a worker under a name.
    func checkWork(as name: String) throws(Problem) {
        guard mayWork(as: name) else { throw .forbidden("this token is bound to another worker") }
    }

    /// - Throws: ``Problem`` with 403 when the caller may see only some jobs.
    func checkSeesEverything() throws(Problem) {
        guard seesEverything else { throw .forbidden("this token is for some jobs only") }
    }

    /// - Throws: ``Problem`` with 403 when the caller may not touch a named queue.
    func checkQueue(_ name: String, _ path: String) throws(Problem) {
        guard mayTouch(queue: name) else {
            throw Problem(
                .forbidden, code: "notPermitted", "this token may not use the queue \(name)",
                errors: [FieldIssue(path: path, message: "is not a queue of this token")])
        }
    }
}
