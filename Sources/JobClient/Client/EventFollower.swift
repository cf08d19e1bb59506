internal import JobCore
internal import JobTransport

/// Reads a stream of jobs' events, and goes on after the last one when the connection breaks.
struct EventFollower {
    private let calls: ServerCalls
    private let path: String
    private let endsWithJob: Bool
    private var body: HTTPBody.AsyncIterator?
    private var parser = EventStreamParser()
    private var waiting: [EventStreamParser.Event] = []
    private var lastID: String?
    private var failures = 0
    private var isAtEnd = false

    /// The server sends something at least every 15 s.
    private static let silence = Duration.seconds(45)

    init(calls: ServerCalls, path: String, endsWithJob: Bool) {
        self.calls = calls
        self.path = path
        self.endsWithJob = endsWithJob
    }

    /// The next job that changed; nil at the end.
    ///
    /// - Throws: `QueueError` when another try does not help; `CancellationError`.
    mutating func next() async throws -> JobSummary? {
        while !isAtEnd {
            while !waiting.isEmpty {
                let event = waiting.removeFirst()
                lastID = event.id ?? lastID
                if event.name == "deleted", endsWithJob { return end() }
                guard event.name == "job" else { continue }
                let job = try Self.job(event)
                failures = 0
                if endsWithJob, job.isFinished { isAtEnd = true }
                return job
            }
            do {
                if body == nil, try await !connect() { return end() }
                if let bytes = try await body?.next() {
                    waiting = try parser.take(bytes)
                    continue
                }
                failures += 1
            } catch let error as TransportError where error.isTransient {
                failures += 1
            } catch let error as QueueError where error.isTransient {
                failures += 1
            }
            body = nil
            try await calls.time.sleep(for: BackOff.delay(after: failures, unit: calls.random.unit()))
        }
        return nil
    }

    private mutating func end() -> JobSummary? {
        isAtEnd = true
        body = nil
        return nil
    }

    /// Opens the stream; false when the server says that nothing follows.
    private mutating func connect() async throws -> Bool {
        var call = ServerCalls.Call(
            method: .get, path: path, operation: "events", headers: ["Accept": "text/event-stream"])
        if let lastID { call.headers["Last-Event-ID"] = lastID }
        var request = calls.request(call, body: nil)
        request.timeouts.idle = Self.silence
        let response = try await calls.transport.send(request)
        if response.status == 204 || response.status == 404 { return false }
        guard response.status == 200 else {
            throw ServerAnswer.error(
                status: response.status, body: try await response.body.collect(upTo: 1 << 20), operation: "events",
                origin: calls.server.url)
        }
        parser = EventStreamParser()
        body = response.body.makeAsyncIterator()
        return true
    }

    private static func job(_ event: EventStreamParser.Event) throws -> JobSummary {
        try JobSummary(json: try JSONParser.parse(event.data.utf8))
    }
}
