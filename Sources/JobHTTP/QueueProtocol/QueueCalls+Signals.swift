internal import HTTPTypes
internal import Hummingbird
internal import JobCore
internal import Synchronization

extension QueueCalls {
    /// `GET /v1/queue/signals`: a stream of hints about what the query names.
    func signals(_ request: JobRequest) async throws -> Response {
        let interests = try await interests(request)
        // Before the answer begins, so that whoever has the answer misses nothing after it.
        let streams = interests.map { hint, interest in (hint: hint, signals: store.signals(for: interest)) }
        let time = service.time
        let admission = Admission(request, to: Self.listening, service.authenticator)
        let body = ResponseBody { writer in
            let pending = PendingHints()
            var admission = admission
            // A first line tells proxies and clients that the stream has begun.
            try await writer.write(ByteBuffer(string: ": signals\n\n"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    // Open also where nothing that was named is for this caller.
                    let (forever, end) = AsyncStream.makeStream(of: Void.self)
                    defer { end.finish() }
                    await withDiscardingTaskGroup { listeners in
                        listeners.addTask { for await _ in forever.endingWithServer() {} }
                        for (hint, signals) in streams {
                            listeners.addTask {
                                for await _ in signals.endingWithServer() { pending.add(hint) }
                            }
                        }
                    }
                    pending.end()
                }
                group.addTask {
                    while true {
                        try await time.sleep(for: Self.keepAlive)
                        pending.beat()
                    }
                }
                for await _ in pending.bell {
                    guard await admission.caller() != nil else { break }
                    let (hints, isEnd) = pending.take()
                    let text = hints.isEmpty ? ":\n\n" : hints.map { "data: \($0.text)\n\n" }.joined()
                    try await writer.write(ByteBuffer(string: text))
                    if isEnd { break }
                }
                group.cancelAll()
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
            ], body: body)
    }

    static let listening = Route.Access.scoped([.read, .work])
    private static let keepAlive = Duration.seconds(15)
    private static let mostJobs = 100

    private func interests(_ request: JobRequest) async throws -> [(QueueHint, SignalInterest)] {
        var query = try QueryReader(request.request.uri.query)
        let queues = query.text("queues")?.split(separator: ",").map { String($0) } ?? []
        let jobs = query.all("job").compactMap { JobID($0) }
        let everything = query.bool("everything") ?? false
        if jobs.count != query.all("job").count { query.fault("job", "must be the id of a job") }
        if jobs.count > Self.mostJobs { query.fault("job", "may be given \(Self.mostJobs) times") }
        if queues.count > 1_000 { query.fault("queues", "must be at most 1000 names") }
        try query.finish()
        let caller = request.principal
        var interests: [(QueueHint, SignalInterest)] = []
        if !queues.isEmpty {
            for queue in queues { try caller.checkQueue(queue, "queues") }
            interests.append((.work, .work(queues: Set(queues))))
        }
        for id in Set(jobs) {
            // A job that is not for this caller looks like one that never changes.
            if !(caller.seesEverything && caller.has(.read)), try await visible(id, caller) == nil { continue }
            interests.append((.job(id), .job(id)))
        }
        if everything {
            try caller.checkSeesEverything()
            interests.append((.everything, .everything))
        }
        return interests
    }
}

/// Hints that wait to be written; each kind waits at most once.
private final class PendingHints: Sendable {
    private struct State {
        var hints: Set<QueueHint> = []
        var isEnd = false
    }

    private let state = Mutex(State())
    let bell: AsyncStream<Void>
    private let ring: AsyncStream<Void>.Continuation

    init() {
        (bell, ring) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func add(_ hint: QueueHint) {
        state.withLock { _ = $0.hints.insert(hint) }
        ring.yield()
    }

    func beat() { ring.yield() }

    func end() {
        state.withLock { $0.isEnd = true }
        ring.yield()
    }

    func take() -> (Set<QueueHint>, Bool) {
        state.withLock { state in
            defer { state.hints = [] }
            return (state.hints, state.isEnd)
        }
    }
}
