public import JobCore
public import JobTransport

/// A client of a JobKit server for programs that only submit jobs and watch them.
///
/// ```swift
/// let transport = try CurlTransport()
/// let client = JobClient(server: try ServerAddress(url: "https://jobs.example.org", token: token), transport: transport)
/// let job = try await client.submit(spec)
/// let finished = try await client.finished(job.id)
/// ```
///
/// Calls whose answer is lost are repeated; a submission bears a key, so that it is never stored twice.
public struct JobClient: Sendable {
    let calls: ServerCalls

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - server: where it is.
    ///   - transport: carries the requests; shut down by whoever made it.
    ///   - time: clocks, for waits between tries.
    ///   - random: for jitter and keys.
    public init(
        server: ServerAddress, transport: any HTTPTransport, time: TimeSource = .system, random: RandomSource = .system
    ) {
        calls = ServerCalls(server: server, transport: transport, time: time, random: random)
    }

    // MARK: Submitting and changing

    /// Stores a job.
    ///
    /// - Parameters:
    ///   - spec: the job.
    ///   - key: makes the submission repeatable beyond this call, such as after a crash: the same key is the same job.
    /// - Returns: the job; where another one holds its unique key, that one.
    /// - Throws: `InvalidJob` naming the offending fields; `QueueError`.
    @discardableResult
    public func submit(_ spec: JobSpec, key: String? = nil) async throws -> JobSummary {
        try spec.validate()
        return try JobSummary(json: try await post(spec.json, key))
    }

    /// Stores jobs, all or none.
    ///
    /// - Throws: `InvalidJob` naming the offending fields; `QueueError`.
    @discardableResult
    public func submit(_ specs: [JobSpec], key: String? = nil) async throws -> [JobSummary] {
        if specs.isEmpty { return [] }
        let json = try await post(["jobs": .array(specs.map(\.json))], key)
        return try Self.jobs(json)
    }

    /// Asks for a job to be stopped.
    ///
    /// - Returns: the job, which may still run for a moment; nil when there is no such job.
    /// - Throws: `QueueError` when the job has finished.
    @discardableResult
    public func cancel(_ id: JobID, reason: String? = nil) async throws -> JobSummary? {
        try await change(id, "cancel", reason.map { ["reason": .string($0)] } ?? .object(JSONObject()))
    }

    /// Lets a failed, poisoned or cancelled job go on at its first unfinished step.
    ///
    /// - Returns: the job; nil when there is no such job.
    /// - Throws: `QueueError` when the job is none of these.
    @discardableResult
    public func retry(_ id: JobID) async throws -> JobSummary? {
        try await change(id, "retry", .object(JSONObject()))
    }

    // MARK: Watching

    /// The job as it is now; nil when there is none.
    ///
    /// - Throws: `QueueError`.
    public func job(_ id: JobID) async throws -> JobSummary? {
        let answer = try await get("/v1/jobs/\(id)", "job")
        return answer.status == 404 ? nil : try JobSummary(json: try Self.json(answer))
    }

    /// Waits until a job has its outcome, by long polls.
    ///
    /// - Returns: the finished job; nil when there is no such job.
    /// - Throws: `QueueError`; `CancellationError`.
    public func finished(_ id: JobID) async throws -> JobSummary? {
        var tag: String?
        while true {
            let answer = try await get(
                "/v1/jobs/\(id)?wait=\(Self.poll.components.seconds)s", "wait", wait: Self.poll,
                headers: tag.map { ["If-None-Match": $0] } ?? [:], expected: [304])
            if answer.status == 404 { return nil }
            tag = answer.headers["ETag"] ?? tag
            if answer.status == 304 { continue }
            let job = try JobSummary(json: try Self.json(answer))
            if job.isFinished { return job }
            // Without a tag the server answers at once, and nobody shall ask without a pause.
            if tag == nil { try await calls.time.sleep(for: .seconds(1)) }
        }
    }

    /// Jobs that match a filter, newest first.
    ///
    /// - Parameters:
    ///   - filter: what to show.
    ///   - cursor: where an earlier listing with the same filter said to go on.
    ///   - limit: the most jobs, 1 to 1,000.
    /// - Throws: `QueueError`.
    public func list(
        _ filter: JobFilter = JobFilter(), from cursor: JobListing.Cursor? = nil, limit: Int = 100
    ) async throws -> JobListing {
        let answer = try await get(cursor?.path ?? "/v1/jobs?\(Self.query(filter, limit))", "list", expected: [])
        let json = try Self.json(answer)
        // The server's own prefix is part of the URL already.
        let query = json["next"]?.stringValue.flatMap { text in text.firstIndex(of: "?").map { String(text[$0...]) } }
        return JobListing(jobs: try Self.jobs(json), next: query.map { JobListing.Cursor(path: "/v1/jobs\($0)") })
    }

    /// A part of what a job printed, from an offset on; nil when there is no such job.
    ///
    /// - Throws: `QueueError`.
    public func log(of id: JobID, from offset: Int64 = 0, limit: Int = 1 << 20) async throws -> LogPart? {
        let answer = try await get("/v1/jobs/\(id)/logs?offset=\(offset)&limit=\(limit)", "log")
        if answer.status == 404 { return nil }
        return LogPart(
            bytes: answer.body,
            nextOffset: answer.headers["Log-Next-Offset"].flatMap { Int64($0) } ?? offset + Int64(answer.body.count),
            isComplete: answer.headers["Log-Complete"] == "true")
    }

    /// The states of a job as it changes, the one it is in first; ends when the job has finished.
    ///
    /// The connection is made again when it breaks, and goes on where it was; states in between may be left out.
    public func changes(of id: JobID) -> JobChanges {
        changes("/v1/jobs/\(id)/events", endsWithJob: true)
    }

    /// All jobs as they change from now on, as far as the token may see them; never ends by itself.
    public func changes() -> JobChanges {
        changes("/v1/events", endsWithJob: false)
    }

    // MARK: Requests

    private static let poll = Duration.seconds(30)

    private func post(_ json: JSONValue, _ key: String?) async throws -> JSONValue {
        var call = ServerCalls.Call(path: "/v1/jobs", operation: "submit")
        call.headers = ["Idempotency-Key": key ?? calls.newName(), "Content-Type": "application/json"]
        let bytes = json.utf8
        return try Self.json(try await calls.send(call) { _ in bytes })
    }

    private func change(_ id: JobID, _ verb: String, _ body: JSONValue) async throws -> JobSummary? {
        let call = ServerCalls.Call(path: "/v1/jobs/\(id)/\(verb)", operation: verb, expected: [404])
        let bytes = body.utf8
        let answer = try await calls.send(call) { _ in bytes }
        return answer.status == 404 ? nil : try JobSummary(json: try Self.json(answer))
    }

    private func get(
        _ path: String, _ operation: String, wait: Duration = .zero, headers: HTTPHeaders = [:],
        expected: Set<Int> = []
    ) async throws -> ServerCalls.Answer {
        let call = ServerCalls.Call(
            method: .get, path: path, operation: operation, wait: wait, headers: headers,
            expected: expected.union([404]))
        return try await calls.send(call) { _ in nil }
    }

    static func json(_ answer: ServerCalls.Answer) throws -> JSONValue {
        do throws(JSONSyntaxError) { return try JSONParser.parse(answer.body) } catch {
            throw QueueError(.failed, operation: "read", detail: "the answer of the server is no JSON: \(error)")
        }
    }

    private static func jobs(_ json: JSONValue) throws -> [JobSummary] {
        guard case .array(let items)? = json["jobs"] else {
            throw QueueError(.failed, operation: "read", detail: "the answer of the server has no list of jobs")
        }
        return try items.map { try JobSummary(json: $0) }
    }

    private static func query(_ filter: JobFilter, _ limit: Int) -> String {
        var parts = ["limit=\(limit)"]
        let list = { (names: [String]) in names.sorted().map { PercentEncoding.encode($0) }.joined(separator: ",") }
        if !filter.statuses.isEmpty { parts.append("status=\(list(filter.statuses.map(\.rawValue)))") }
        if !filter.queues.isEmpty { parts.append("queue=\(list(Array(filter.queues)))") }
        if let name = filter.name { parts.append("name=\(PercentEncoding.encode(name))") }
        for (key, value) in filter.tags.sorted(by: { $0.key < $1.key }) {
            parts.append("tag=\(PercentEncoding.encode("\(key):\(value)"))")
        }
        if let from = filter.createdFrom { parts.append("from=\(PercentEncoding.encode(from.description))") }
        if let before = filter.createdBefore { parts.append("before=\(PercentEncoding.encode(before.description))") }
        return parts.joined(separator: "&")
    }

    private func changes(_ path: String, endsWithJob: Bool) -> JobChanges {
        JobChanges(calls: calls, path: path, endsWithJob: endsWithJob)
    }
}

/// Jobs as they change, each time as the API shows them; read as fast as the reader takes them.
///
/// Reading throws `QueueError` when another try does not help, such as when the token is refused, and
/// `CancellationError`.
public struct JobChanges: AsyncSequence, Sendable {
    /// A job after a change.
    public typealias Element = JobSummary

    let calls: ServerCalls
    let path: String
    let endsWithJob: Bool

    /// Begins to watch.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(follower: EventFollower(calls: calls, path: path, endsWithJob: endsWithJob))
    }

    /// Reads the changes.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var follower: EventFollower

        /// The next change; nil at the end.
        public mutating func next() async throws -> JobSummary? { try await follower.next() }
    }
}
