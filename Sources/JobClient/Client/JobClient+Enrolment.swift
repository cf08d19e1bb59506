public import JobCore
public import JobTransport

extension JobClient {
    /// Makes this machine a worker; the client's token is the enrolment token.
    ///
    /// Repeating it with the same secret is safe and answered the same, so keep the secret before the first call.
    ///
    /// - Parameters:
    ///   - instance: what the machine is called, such as an EC2 instance's id.
    ///   - secretHash: the SHA-256 of the secret that will be its token.
    /// - Returns: what the machine is to be.
    /// - Throws: `QueueError`: `notPermitted` when the server does not admit it, `unavailable` when it may later.
    public func enrol(instance: String, secretHash: [UInt8]) async throws -> Enrolment {
        try EnrolmentRequest(instance: instance, secretHash: secretHash).validate()
        let body: JSONValue = [
            "instance": .string(instance), "secretHash": .string(Hexadecimal.encode(secretHash)),
        ]
        let bytes = body.utf8
        let answer = try await calls.send(ServerCalls.Call(path: "/v1/workers/enrol", operation: "enrol")) { _ in
            bytes
        }
        return try Enrolment(json: try Self.json(answer))
    }

    /// The program that enrolled machines run, as the server has it; nil when it has none for the platform.
    ///
    /// The transport's own errors are thrown while the body is read.
    ///
    /// - Parameter platform: such as `linux-arm64`.
    /// - Throws: `QueueError`.
    public func agent(for platform: String) async throws -> AgentDownload? {
        let call = ServerCalls.Call(
            method: .get, path: "/v1/agents/\(PercentEncoding.encode(platform))", operation: "agent")
        let response: HTTPResponse
        do { response = try await calls.transport.send(calls.request(call, body: nil)) } catch let error
            as TransportError
        { throw ServerCalls.unavailable(error, "agent") }
        if response.status == 404 { return nil }
        guard response.status == 200, let tag = response.headers["ETag"] else {
            let body = try await response.body.collect(upTo: 1 << 20)
            throw ServerAnswer.error(
                status: response.status, body: body, operation: "agent", origin: calls.server.url)
        }
        return AgentDownload(sha256: tag.filter { $0 != "\"" }, body: response.body)
    }
}

/// What a machine is that a server has admitted.
public struct Enrolment: Hashable, Sendable {
    /// What was granted.
    public var grant: EnrolmentGrant
    /// The id of the machine's token: its text is `jk_<id>_<secret>`.
    public var tokenID: String

    init(json: JSONValue) throws(QueueError) {
        do throws(WireFault) {
            let fields = try WireObject(json)
            guard let expiresAt = Timestamp(try fields.string("expiresAt")) else {
                throw WireFault(path: "expiresAt", message: "must be a time")
            }
            grant = EnrolmentGrant(
                worker: try fields.string("worker"), queues: try fields.strings("queues", atMost: 1_000),
                slots: try fields.integer("slots", in: 1...1_000_000), expiresAt: expiresAt,
                idleTimeout: try fields.optionalString("idleTimeout").flatMap { Duration(jobText: $0) },
                isSingleUse: try fields.bool("singleUse"))
            tokenID = try fields.string("token")
        } catch {
            throw QueueError(
                .failed, operation: "enrol", detail: "the answer of the server cannot be read: \(error)")
        }
    }
}

/// A program on its way from a server.
public struct AgentDownload: Sendable {
    /// The SHA-256 that the server tells, in hexadecimal digits; compare it with that of the bytes.
    public var sha256: String
    /// The program.
    public var body: HTTPBody
}
