import JobClient
import JobCore
import JobHTTP
import JobTesting
import Testing

/// What tokens may do through the queue protocol, and what they may not.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct AccessTests {
    /// A server with two waiting jobs, one in each of two named queues.
    private static func withServer(
        submission: SubmissionPolicy = .anything, _ body: (QueueServer, _ a: JobID, _ b: JobID) async throws -> Void
    ) async throws {
        let store = MemoryQueue()
        try await QueueServer.with(store, access: .tokens, submission: submission) { server in
            var spec = JobSpec.work("a")
            spec.queue = "a"
            let a = try await store.enqueue(spec).id
            spec.queue = "b"
            try await body(server, a, try await store.enqueue(spec).id)
        }
    }

    private static func request(_ queue: String = "a", as worker: String = "w") -> ClaimRequest {
        ClaimRequest(worker: worker, queues: [queue], limit: 5, lease: .seconds(30))
    }

    /// Expects a call to be refused as not permitted.
    private static func expectForbidden(
        _ sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
    ) async {
        let error = await #expect(throws: QueueError.self, sourceLocation: sourceLocation) { try await body() }
        #expect(error?.code == .notPermitted, "\(error.map { "\($0)" } ?? "")", sourceLocation: sourceLocation)
    }

    @Test("each scope allows its own calls only")
    func scopes() async throws {
        try await Self.withServer { server, a, _ in
            try await server.withQueue(token: try await server.token([.read])) { queue async throws in
                #expect(try await queue.job(a) != nil)
                #expect(try await queue.counts().unfinished == 2)
                await Self.expectForbidden { _ = try await queue.enqueue(.work()) }
                await Self.expectForbidden { _ = try await queue.claim(Self.request()) }
                await Self.expectForbidden { _ = try await queue.apply(.cancel(), to: a) }
                await Self.expectForbidden { _ = try await queue.delete([a]) }
                await Self.expectForbidden { _ = try await queue.tokens() }
                await Self.expectForbidden { _ = try await queue.prune(limit: 1) }
            }
            try await server.withQueue(token: try await server.token([.submit])) { queue in
                _ = try await queue.enqueue(.work())
                try await queue.apply(.cancel(), to: a)
                await Self.expectForbidden { _ = try await queue.claim(Self.request()) }
                await Self.expectForbidden { _ = try await queue.counts() }
                await Self.expectForbidden { try await queue.setQueueSettings(.init(isPaused: true), for: "a") }
            }
            try await server.withQueue(token: try await server.token([.work])) { queue in
                let claim = try #require(await queue.claim(Self.request("b")).first)
                try await queue.apply(.heartbeat(claim.key, lease: .seconds(30)), to: claim.job.id)
                _ = try await queue.cancelRequests(for: "w")
                await Self.expectForbidden { _ = try await queue.apply(.cancel(), to: claim.job.id) }
                await Self.expectForbidden { _ = try await queue.workers() }
                await Self.expectForbidden { _ = try await queue.drain(worker: "w") }
            }
        }
    }

    @Test("a token of a worker writes only under that worker's leases, and sees only what it holds")
    func worker() async throws {
        try await Self.withServer { server, a, b in
            let token = try await server.token([.work], worker: "mine")
            try await server.withQueue(token: token) { queue in
                await Self.expectForbidden { _ = try await queue.claim(Self.request(as: "other")) }
                let theirs = try #require(await server.store.claim(Self.request("b", as: "other")).first)
                await Self.expectForbidden {
                    _ = try await queue.apply(.heartbeat(theirs.key, lease: .seconds(30)), to: b)
                }
                let entry = LogEntry(time: .epoch, step: 0, attempt: 1, stream: .stdout, bytes: [65])
                await Self.expectForbidden {
                    try await queue.append([LogChunk(job: b, key: theirs.key, number: 0, entry: entry)])
                }
                await Self.expectForbidden { _ = try await queue.cancelRequests(for: "other") }
                await Self.expectForbidden {
                    _ = try await queue.putArtifact(NewArtifact(job: b, name: "x", bytes: [1], key: theirs.key))
                }
                let mine = try #require(await queue.claim(Self.request(as: "mine")).first)
                #expect(mine.job.id == a)
                #expect(try await queue.job(a) != nil)
                #expect(try await queue.job(b) == nil)
                #expect(try await queue.log(of: b, from: 0, limit: 100) == nil)
            }
        }
    }

    @Test("what the steps of a job hold is told to those who may work on it, and to nobody else")
    func secrets() async throws {
        try await Self.withServer { server, _, _ in
            let spec = JobSpec.withSecrets
            let id = try await server.store.enqueue(spec).id
            func expectHidden(_ job: Job?) throws {
                let shown = try #require(job?.spec)
                #expect(!shown.json.text.contains(JobSpec.secret))
                #expect(shown.name == spec.name && shown.tags == spec.tags)
                #expect(shown.steps.map(\.name) == spec.steps.map(\.name))
                #expect(shown.steps.map(\.action.kind) == spec.steps.map(\.action.kind))
            }
            try await server.withQueue(token: try await server.token([.read])) { queue async throws in
                try expectHidden(try await queue.job(id))
                try expectHidden(try await queue.page(JobFilter(queues: ["c"]), after: nil, limit: 5).jobs.first)
            }
            let bound = try await server.token([.read, .work], worker: "w")
            try await server.withQueue(token: bound) { queue async throws in
                try expectHidden(try await queue.job(id))
                let claim = try #require(try await queue.claim(Self.request("c")).first)
                #expect(claim.job.spec == spec)
                #expect(try await queue.job(id)?.spec == spec)
                try await queue.apply(.released(claim.key, reason: "test"), to: id)
            }
            try await server.withQueue(token: try await server.token([.work])) { queue async throws in
                #expect(try await queue.job(id)?.spec == spec)
            }
            try await server.withQueue(token: try await server.token([.submit])) { queue async throws in
                let own = try await queue.enqueue([NewJob(spec)]).first
                #expect(own?.spec == spec)
                try expectHidden(try await queue.enqueue([NewJob(.work(), id: id)]).first)
                try expectHidden(try await queue.apply(.cancel(), to: id))
            }
        }
    }

    @Test("a token of named queues does not reach into others")
    func queues() async throws {
        try await Self.withServer { server, _, b in
            let token = try await server.token([.read, .submit, .work], queues: ["a"])
            try await server.withQueue(token: token) { queue in
                await Self.expectForbidden { _ = try await queue.claim(Self.request("b")) }
                await Self.expectForbidden {
                    var spec = JobSpec.work()
                    spec.queue = "b"
                    _ = try await queue.enqueue(spec)
                }
                #expect(try await queue.job(b) == nil)
                #expect(try await queue.apply([JobEvent(.cancel(), of: b)]) == [.failure(.unknownJob)])
                #expect(try await queue.page(JobFilter(), after: nil, limit: 10).jobs.map(\.spec.queue) == ["a"])
                #expect(try await queue.page(JobFilter(queues: ["b"]), after: nil, limit: 10).jobs.isEmpty)
                #expect(try await Set(queue.counts().byQueue.keys) == ["a"])
                let claim = try #require(await server.store.claim(Self.request("b")).first)
                #expect(try await queue.apply([JobEvent(.succeeded(claim.key), of: b)]) == [.failure(.unknownJob)])
                let moved = try await queue.page(JobFilter(), after: nil, limit: 1).jobs[0].id
                await Self.expectForbidden { _ = try await queue.apply(.edit(JobEdit(queue: "b")), to: moved) }
                await Self.expectForbidden { _ = try await queue.changePosition() }
            }
        }
    }

    @Test("a token of one attempt writes under that lease only")
    func attempt() async throws {
        try await Self.withServer { server, a, b in
            let mine = try #require(await server.store.claim(Self.request("a")).first)
            let other = try #require(await server.store.claim(Self.request("b")).first)
            let attempt = AccessToken.Attempt(job: a, generation: mine.key.generation)
            try await server.withQueue(token: try await server.token([.work], attempt: attempt)) { queue in
                try await queue.apply(.heartbeat(mine.key, lease: .seconds(30)), to: a)
                await Self.expectForbidden {
                    _ = try await queue.apply(.heartbeat(other.key, lease: .seconds(30)), to: b)
                }
                await Self.expectForbidden {
                    let later = LeaseKey(worker: "w", generation: mine.key.generation + 1)
                    _ = try await queue.apply(.heartbeat(later, lease: .seconds(30)), to: a)
                }
                await Self.expectForbidden { _ = try await queue.claim(Self.request()) }
                #expect(try await queue.job(b) == nil)
            }
        }
    }

    @Test("what may be submitted is the server's policy, as for every other call")
    func policy() async throws {
        try await Self.withServer(submission: SubmissionPolicy()) { server, _, _ in
            try await server.withQueue(token: try await server.token([.submit])) { queue in
                let action = StepAction.command(CommandAction(.shell("id")))
                let error = await #expect(throws: QueueError.self) {
                    _ = try await queue.enqueue(JobSpec(name: "j", steps: [StepSpec(name: "s", action: action)]))
                }
                #expect(error?.code == .notPermitted)
                #expect(error?.detail.contains("steps[0].command.shell") ?? false)
            }
        }
    }
}

extension JobSpec {
    fileprivate static let secret = "s3cret"

    /// A job of the queue `c` with a secret wherever one may stand.
    fileprivate static var withSecrets: JobSpec {
        let values = ["name": secret]
        let actions: [StepAction] = [
            .http(
                HTTPAction(
                    method: "POST", url: "https://u:\(secret)@example.org/\(secret)?key=\(secret)#\(secret)",
                    headers: values, body: .json(["key": .string(secret)]))),
            .http(HTTPAction(method: "POST", url: "https://example.org?key=\(secret)", body: .text(secret))),
            .command(CommandAction(.argv(["login", secret]), environment: values, input: secret)),
            .command(CommandAction(.shell("login \(secret)"))),
            .script(ScriptAction(directory: "d", parameters: [.init(key: "key", value: secret)])),
            .container(
                ContainerAction(image: "i", command: [secret], entrypoint: ["login", secret], environment: values)),
            .handler(HandlerAction(name: "work", input: .string(secret))),
        ]
        let steps = actions.enumerated().map { StepSpec(name: "s\($0)", action: $1, environment: [:]) }
        var spec = JobSpec(
            name: "secrets", queue: "c", tags: ["team": "data"], steps: steps,
            callbacks: [Callback(url: "https://example.org/\(secret)")])
        spec.steps[2].environment = values
        return spec
    }
}
