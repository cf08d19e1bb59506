internal import HTTPTypes
internal import Hummingbird
internal import JobCore

extension JobService {
    /// `PATCH /v1/jobs/{id}`: changes a job that still waits, if it is the one that the caller knows.
    func editJob(_ request: JobRequest) async throws -> Response {
        let id = try request.jobID()
        guard let condition = request.headers[.ifMatch] else {
            throw Problem(
                .preconditionRequired, code: "preconditionRequired",
                "say which version is meant: If-Match with the job's ETag, or * for any")
        }
        let edit = try JobEdit(fields: try await request.json())
        let job = try await visibleJob(id, for: request.principal)
        if let queue = edit.queue, !request.principal.mayTouch(queue: queue) {
            throw Problem(
                .forbidden, code: "notPermitted", "this token may not use the queue \(queue)",
                errors: [FieldIssue(path: "queue", message: "is not a queue of this token")])
        }
        guard EntityTags.matches(condition, job.entityTag(at: time.now), weakly: false) else {
            throw Problem(
                .preconditionFailed, code: "versionMismatch", "the job has changed since; its version is \(job.version)"
            )
        }
        let isAny = condition.trimmingSpaces() == "*"
        return try await change(.edit(edit, ifVersion: isAny ? nil : job.version), of: id)
    }

    /// `POST /v1/jobs/{id}/cancel`: ends a waiting job, and asks a running one to stop.
    func cancelJob(_ request: JobRequest) async throws -> Response {
        let id = try request.jobID()
        let reason = try Self.reason(in: try await request.body(), type: request.contentType)
        _ = try await visibleJob(id, for: request.principal)
        return try await change(.cancel(reason: reason), of: id)
    }

    /// `POST /v1/jobs/{id}/retry`: lets a job that did not succeed go on at its first unfinished step.
    func retryJob(_ request: JobRequest) async throws -> Response {
        let id = try request.jobID()
        try Self.refuseFields(in: try await request.body())
        _ = try await visibleJob(id, for: request.principal)
        return try await change(.retry, of: id)
    }

    /// `DELETE /v1/jobs/{id}`: deletes a finished job with its log, outputs and artifacts.
    func deleteJob(_ request: JobRequest) async throws -> Response {
        let id = try request.jobID()
        _ = try await visibleJob(id, for: request.principal)
        guard let result = try await store.delete([id]).first else { throw Problem.noSuchJob }
        try result.get()
        return Response(status: .noContent)
    }

    private func change(_ change: JobEvent.Change, of id: JobID) async throws -> Response {
        let job = try await store.apply(change, to: id)
        let now = time.now
        return Response(json: job.json(at: now), headers: [.eTag: job.entityTag(at: now)])
    }

    private static func reason(in body: [UInt8], type: String?) throws -> String? {
        guard !body.isEmpty else { return nil }
        guard type == nil || type == "application/json" else { throw Problem.unsupportedType("application/json") }
        let fields = try FieldsOfBody(try JSONParser.parse(body), known: ["reason"])
        guard let value = fields["reason"] else { return nil }
        guard let text = value.stringValue, (1...500).contains(text.count),
            !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
        else { throw Problem.invalid("reason", "must be a text of 1 to 500 characters without control characters") }
        return text
    }

    private static func refuseFields(in body: [UInt8]) throws {
        guard !body.isEmpty else { return }
        _ = try FieldsOfBody(try JSONParser.parse(body), known: [])
    }
}

extension JobEdit {
    /// Reads the body of a change.
    ///
    /// - Throws: ``Problem`` with 422 naming each wrong field.
    init(fields json: JSONValue) throws(Problem) {
        let fields = try FieldsOfBody(json, known: ["priority", "queue", "notBefore", "deadline", "tags"])
        self.init()
        if let value = fields["priority"] {
            guard let number = value.integerValue.flatMap(Int.init(exactly:)) else {
                throw .invalid("priority", "must be a whole number")
            }
            priority = number
        }
        if let value = fields["queue"] {
            guard let text = value.stringValue else { throw .invalid("queue", "must be a text") }
            queue = text
        }
        if let value = fields["notBefore"] {
            guard let time = value.stringValue.flatMap(Timestamp.init) else {
                throw .invalid("notBefore", "must be an RFC 3339 time with a zone, such as 2026-12-01T02:00:00Z")
            }
            notBefore = time
        }
        if let value = fields["deadline"] {
            let seconds = value.numberValue.flatMap { $0 >= 0 && $0 < 1e9 ? Duration.seconds($0) : nil }
            guard let duration = value.stringValue.flatMap(Duration.init(jobText:)) ?? seconds else {
                throw .invalid("deadline", "must be a duration such as 90s, 10m or 1h30m, or a number of seconds")
            }
            deadline = duration
        }
        if let value = fields["tags"] {
            guard case .object(let members) = value, members.allSatisfy({ $0.value.stringValue != nil }) else {
                throw .invalid("tags", "must be an object of texts")
            }
            tags = Dictionary(members.map { ($0.key, $0.value.stringValue ?? "") }, uniquingKeysWith: { $1 })
        }
        guard !isEmpty else { throw .invalid("", "must name what is to change") }
        do throws(InvalidJob) { try validate() } catch {
            throw Problem(.unprocessableContent, code: "invalidJob", "\(error)", errors: error.issues)
        }
    }
}
