internal import HTTPTypes
internal import Hummingbird
internal import JobCore
internal import Logging

extension JobService {
    /// The calls of machines that become workers.
    public var enrolment: [Route] {
        let agents = AgentFiles(paths: configuration.agents)
        return [
            Route(.post, "/v1/workers/enrol", access: .scoped([.enrol]), operation: .enrolWorker) {
                try await enrol($0)
            },
            Route(.get, "/v1/agents/{platform}", access: .scoped([.enrol, .work]), operation: .readAgent) {
                try await agents.answer($0)
            },
        ]
    }

    /// `POST /v1/workers/enrol`: gives a machine a token of its own, whose secret it made itself.
    private func enrol(_ request: JobRequest) async throws -> Response {
        guard let enrolment = configuration.enrolment else {
            throw Problem.notFound("this server admits no machines")
        }
        guard case .tokens = configuration.access else {
            throw Problem.conflict("noTokens", "this server asks for no tokens, so there is none to get")
        }
        let token = try await authenticator.token(of: request.request)
        // Administrators may do everything but be a machine.
        guard token.scopes.contains(.enrol) else { throw Problem.forbidden("this is no enrolment token") }
        let wanted = try EnrolmentRequest(body: try await request.json())
        let grant: EnrolmentGrant
        do {
            grant = try await enrolment.enrol(wanted, with: token)
        } catch let refusal as EnrolmentRefused {
            logger.info(
                "Machine not admitted",
                metadata: ["instance": "\(wanted.instance)", "token.id": "\(token.id)", "error": "\(refusal)"])
            throw Problem(refusal)
        }
        try grant.validate()
        let known = try await keep(grant, for: wanted)
        return Response(.created, json: grant.json(token: known))
    }

    /// Stores the machine's token, or finds it.
    private func keep(_ grant: EnrolmentGrant, for wanted: EnrolmentRequest) async throws -> AccessToken {
        let token = AccessToken(
            id: wanted.tokenID, name: String("worker \(grant.worker)".prefix(200)), hash: wanted.secretHash,
            scopes: [.work], queues: Set(grant.queues), createdAt: time.now, expiresAt: grant.expiresAt,
            worker: grant.worker)
        if let known = try await store.token(hash: token.hash) { return try check(known, token) }
        do {
            try await store.insert(token)
            return token
        } catch let error as QueueError where error.code == .invalidRequest {
            // Stored by a repetition beside this one, or by another machine that says to be this one.
            if let known = try await store.token(hash: token.hash) { return try check(known, token) }
            throw Problem(EnrolmentRefused("this machine has enrolled with another secret"))
        }
    }

    private func check(_ known: AccessToken, _ token: AccessToken) throws(Problem) -> AccessToken {
        guard known.id == token.id, known.worker == token.worker, known.isValid(at: time.now) else {
            throw Problem(EnrolmentRefused("the machine's token has ended"))
        }
        return known
    }
}

extension Problem {
    /// The machine was not admitted.
    fileprivate init(_ refusal: EnrolmentRefused) {
        if refusal.isRetryable {
            self.init(
                .serviceUnavailable, code: "notYet", refusal.message, headers: [.retryAfter: "2"])
        } else {
            self.init(.forbidden, code: "enrolmentRefused", refusal.message)
        }
    }
}

extension EnrolmentRequest {
    /// Reads the body of a call.
    ///
    /// - Throws: ``Problem`` with 422.
    fileprivate init(body json: JSONValue) throws(Problem) {
        let fields = try FieldsOfBody(json, known: ["instance", "secretHash"])
        guard let instance = fields["instance"]?.stringValue else { throw .invalid("instance", "must be a text") }
        guard let hash = fields["secretHash"]?.stringValue.flatMap(Hexadecimal.decode), hash.count == 32 else {
            throw .invalid("secretHash", "must be 64 hexadecimal digits")
        }
        self.init(instance: instance, secretHash: hash)
        do throws(QueueError) { try validate() } catch {
            throw .invalid("instance", "must be 1 to 50 letters, digits, . _ or -")
        }
    }
}

extension EnrolmentGrant {
    /// The grant as the API tells it.
    fileprivate func json(token: AccessToken) -> JSONValue {
        [
            "worker": .string(worker), "queues": .array(queues.map(JSONValue.string)),
            "slots": .integer(Int64(slots)), "token": .string(token.id),
            "expiresAt": .string((token.expiresAt ?? expiresAt).description),
            "idleTimeout": idleTimeout.map { .string($0.jobText) } ?? .null, "singleUse": .bool(isSingleUse),
        ]
    }
}
