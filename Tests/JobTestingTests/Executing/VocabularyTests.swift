import JobCore
import JobExecutors
import JobTesting
import JobTransport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct VocabularyTests {
    private func step(_ action: StepAction) -> JobSpec {
        JobSpec(name: "job", steps: [StepSpec(name: "step", action: action)])
    }

    @Test func `HTTP steps get the answers in turn, with the retries of their kind`() async throws {
        let bench = TestBench()
        bench.fakes.on(
            .http("POST", "https://api.example.org/charge"), .respond(503, retryAfter: .seconds(60)), .connectionReset,
            .respond(201, json: ["ok": true]))
        let id = try await bench.enqueue(
            step(.http(HTTPAction(method: "POST", url: "https://api.example.org/charge")))
        ).id

        try await bench.drain(includingScheduled: true)

        #expect(bench.backoffs(of: id) == [.seconds(60), .seconds(2)])
        #expect(try await bench.job(id).steps[0].output?.json == ["ok": true])
        bench.expectAllScriptsPlayed()
    }

    @Test func `an HTTP answer in the 400s ends the job`() async throws {
        let bench = TestBench()
        bench.fakes.on(.http(), .respond(404, body: "gone"))
        let id = try await bench.enqueue(step(.http(HTTPAction(url: "https://example.org/")))).id
        try await bench.drain(includingScheduled: true)
        #expect(try await bench.job(id).status(at: bench.time.now) == .failed)
        #expect(try await bench.job(id).steps[0].output?.status == 404)
    }

    @Test func `an HTTP answer that never comes runs into the time limit of its kind`() async throws {
        let bench = TestBench()
        bench.fakes.on(.http(), .hang, .delay(.seconds(29)), .respond(200))
        let start = bench.time.now
        let id = try await bench.enqueue(step(.http(HTTPAction(url: "https://example.org/")))).id
        try await bench.drain(includingScheduled: true)
        #expect(try await bench.status(of: id) == .succeeded)
        #expect(bench.time.now - start == .seconds(60))
    }

    @Test func `the real HTTP executor runs on a scripted transport and the manual clock`() async throws {
        let bench = TestBench()
        let url = "https://api.example.org/charge"
        let transport = ScriptedTransport([
            .on(.post, url, respond: 429, headers: ["Retry-After": "120"]), .on(.post, url, respond: 200, body: "{}"),
        ])
        bench.register(HTTPExecutor(transport: transport, time: bench.time.source), for: BuiltInKind.http)
        let id = try await bench.enqueue(step(.http(HTTPAction(method: "POST", url: url)))).id

        try await bench.drain(includingScheduled: true)

        #expect(try await bench.status(of: id) == .succeeded)
        #expect(bench.backoffs(of: id) == [.seconds(120)])
        #expect(transport.requests.map { $0.request.headers["Idempotency-Key"] } == ["\(id)/0", "\(id)/0"])
        try transport.verifyComplete()
    }

    @Test func `commands print over time and end with an exit code`() async throws {
        let bench = TestBench()
        bench.fakes.on(
            .command("make"), .stdout("compiling\n"), .delay(.seconds(5)), .stderr("no rule\n"), .exit(2))
        let id = try await bench.enqueue(step(.command(CommandAction(.argv(["make", "report"]))))).id

        try await bench.wait(for: id, toBe: .running)
        try await bench.advance(by: .seconds(1))
        #expect(try await bench.log(of: id) == "compiling\n")
        try await bench.drain()

        #expect(try await bench.log(of: id, .stderr) == "no rule\n")
        #expect(try await bench.job(id).failure == JobFailure(code: .exitCode, message: "exit code 2", step: "step"))
        #expect(try await bench.job(id).steps[0].output?.exitCode == 2)
    }

    @Test func `commands are told apart by their words, and end by signals`() async throws {
        let bench = TestBench()
        bench.fakes.on(.command("make", "test"), .killed(by: 9)).on(.command("make"), .exit(0))
            .on(.command("make | tee log"), .exit(0))
        let tested = try await bench.enqueue(step(.command(CommandAction(.argv(["make", "test"]))))).id
        let built = try await bench.enqueue(step(.command(CommandAction(.argv(["make", "all"]))))).id
        let piped = try await bench.enqueue(step(.command(CommandAction(.shell("make | tee log"))))).id

        try await bench.drain()

        #expect(try await bench.job(tested).steps[0].output?.signal == 9)
        #expect(try await bench.status(of: built) == .succeeded)
        #expect(try await bench.status(of: piped) == .succeeded)
    }

    @Test func `containers cannot be pulled, run out of memory, and end`() async throws {
        let bench = TestBench()
        bench.fakes.on(.container("alpine:3.20"), .pullFails(), .outOfMemory, .stdout("hi\n"), .exit(0))
        var spec = step(.container(ContainerAction(image: "alpine:3.20")))
        spec.retry.limit = 3
        let id = try await bench.enqueue(spec).id

        try await bench.drain(includingScheduled: true)

        #expect(
            try await bench.attempts(of: id).map(\.message) == [
                "pulling failed: the registry does not answer", "the container ran out of memory", nil,
            ])
        #expect(try await bench.log(of: id) == "hi\n")
    }

    @Test func `script directories and handlers are scripted like the rest`() async throws {
        let bench = TestBench()
        bench.fakes.on(.script("deploy"), .notFound)
            .on(.handler(charge) { $0.id == 7 }, .throwing(Declined()), .returns(Receipt(id: 7, attempt: 2)))
        let script = try await bench.enqueue(step(.script(ScriptAction(directory: "deploy")))).id
        let order = try await bench.enqueue(charge, Order(id: 7)) { $0.retry.limit = 2 }

        try await bench.drain(includingScheduled: true)

        #expect(try await bench.job(script).failure?.code == .invalidStep)
        #expect(try await bench.result(of: order).attempt == 2)
    }

    @Test func `scripts for a step come before those for what it does, and those before its kind's`() async throws {
        let bench = TestBench()
        bench.fakes.always(.kind("command"), .stdout("kind\n"), .exit(0))
            .on(.command("make"), .stdout("command\n"), .exit(0)).on(.step("step"), .stdout("step\n"), .exit(0))
        for _ in 0..<4 { try await bench.enqueue(step(.command(CommandAction(.argv(["make"]))))) }
        try await bench.drain()
        var printed: [String] = []
        for job in bench.enqueued { printed.append(try await bench.log(of: job.id)) }
        #expect(printed == ["step\n", "command\n", "kind\n", "kind\n"])
    }
}
