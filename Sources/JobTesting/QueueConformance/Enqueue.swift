internal import JobCore
internal import Testing

extension QueueConformance {
    static let enqueueing: [QueueCheck<any JobQueue>] = [
        QueueCheck("enqueue returns the stored jobs in order, and each can be read back") { queue, time in
            let specs = (0..<3).map { JobSpec.test("job \($0)") }
            let jobs = try await queue.enqueue(specs.map { NewJob($0) })
            #expect(jobs.map(\.spec) == specs)
            for job in jobs {
                #expect(job.createdAt == time.now)
                #expect(job.status(at: time.now) == .queued)
                #expect(job.version == 1)
                #expect(try await queue.job(job.id) == job)
            }
        },
        QueueCheck("a rich specification comes back as it was") { queue, time in
            let spec = JobSpec.rich(at: time.now)
            let job = try await queue.enqueue(spec)
            #expect(try await queue.stored(job.id).spec == spec)
        },
        QueueCheck("enqueue of nothing stores nothing and returns nothing") { queue, _ async throws in
            #expect(try await queue.enqueue([]).isEmpty)
            #expect(try await queue.take().isEmpty)
        },
        QueueCheck("a job that was never stored is not found") { queue, _ async throws in
            #expect(try await queue.job(JobID()) == nil)
            #expect(try await queue.refusal(of: .cancel(), to: JobID()) == .unknownJob)
            #expect(try await queue.refusal(of: .retry, to: JobID()) == .unknownJob)
        },
        QueueCheck("one invalid entry keeps all entries of the call out, and is named by its path") {
            queue, _ async throws in
            let jobs = [NewJob(.test()), NewJob(.test { $0.queue = "no spaces" }), NewJob(.test())]
            let error = await #expect(throws: InvalidJob.self) { try await queue.enqueue(jobs) }
            #expect(error?.issues.map(\.path) == ["jobs[1].queue"])
            for job in jobs { #expect(try await queue.job(job.id) == nil) }
            #expect(try await queue.take().isEmpty)
        },
        QueueCheck("the paths of a single invalid job bear no prefix") { queue, _ in
            let error = await #expect(throws: InvalidJob.self) { try await queue.enqueue(.test { $0.name = "" }) }
            #expect(error?.issues.map(\.path) == ["name"])
        },
        QueueCheck("an id that was stored before stores nothing and returns the stored job") { queue, time in
            let new = NewJob(.test("first"))
            let first = try await queue.enqueue([new])[0]
            time.advance(by: .seconds(1))
            let again = try await queue.enqueue([NewJob(.test("second"), id: new.id), NewJob(.test("third"))])
            #expect(again.map(\.spec.name) == ["first", "third"])
            #expect(again[0] == first)
            #expect(try await queue.take().map(\.job.spec.name) == ["first", "third"])
        },
        QueueCheck("an id that stands twice in one call is stored once") { queue, _ in
            let new = NewJob(.test("first"))
            let jobs = try await queue.enqueue([new, NewJob(.test("second"), id: new.id)])
            #expect(jobs.map(\.spec.name) == ["first", "first"])
            #expect(try await queue.take().count == 1)
        },
        QueueCheck("enqueue of a stored id returns the job as it is now") { queue, time in
            let new = NewJob(.test())
            _ = try await queue.enqueue([new])
            let claim = try await queue.takeOne()
            let done = try await queue.complete(claim)
            #expect(try await queue.enqueue([new]) == [done])
            #expect(done.status(at: time.now) == .succeeded)
        },
        QueueCheck("a job without steps succeeds at once and is never claimed") { queue, time in
            let job = try await queue.enqueue(.test(steps: 0))
            #expect(job.state == .finished(.succeeded, at: time.now))
            #expect(try await queue.stored(job.id) == job)
            #expect(try await queue.take().isEmpty)
            #expect(try await queue.refusal(of: .cancel(), to: job.id) == .alreadyFinished(.succeeded))
        },
        QueueCheck("a batch of a thousand jobs is stored in order") { queue, _ in
            let jobs = try await queue.enqueue((0..<1_000).map { NewJob(.test("job \($0)")) })
            #expect(jobs.count == 1_000)
            let names = try await queue.take(1_000).map(\.job.spec.name)
            #expect(names == (0..<1_000).map { "job \($0)" })
        },
    ]
}

extension JobSpec {
    /// A specification with every field set.
    static func rich(at now: Timestamp) -> JobSpec {
        JobSpec(
            name: "rich \u{1F980}", queue: "reports.daily", priority: -7, lane: "lane é",
            unique: UniqueKey("key", while: [.waiting, .running, .failed]), tags: ["team": "data", "empty": ""],
            metadata: ["request": "r-1"], notBefore: now + .seconds(1), deadline: .seconds(3_600),
            retention: .seconds(86_400),
            retry: RetryOptions(limit: 3, base: 0.5, multiplier: 2, exponent: 1.5, cap: .seconds(60), jitter: 0.25),
            timeout: .milliseconds(1_500), jobTimeout: .seconds(600),
            steps: [
                StepSpec(
                    name: "call",
                    action: .http(
                        HTTPAction(
                            method: "PUT", url: "https://example.org/a?b=c", headers: ["X-Team": "data"],
                            body: .json(["ok": true, "list": [1, 2.5, nil, "é\n\u{0}"]]))),
                    retry: RetryOptions(limit: 8, backoff: .quartic), timeout: .seconds(5)),
                StepSpec(
                    name: "text", action: .http(HTTPAction(method: "POST", url: "http://x", body: .text("a\r\nb")))),
                StepSpec(
                    name: "run",
                    action: .command(
                        CommandAction(
                            .argv(["make", "a b", ""]), environment: ["MODE": "fast"], directory: "work", input: "in")),
                    environment: ["A": "=b"]),
                StepSpec(name: "line", action: .command(CommandAction(.shell("a | b")))),
                StepSpec(
                    name: "scripts",
                    action: .script(
                        ScriptAction(
                            directory: "scripts.d/deploy",
                            parameters: [.init(key: "z", value: "1"), .init(key: "a", value: "")]))),
                StepSpec(
                    name: "box",
                    action: .container(
                        ContainerAction(
                            image: "alpine:3.20", command: ["sh", "-c", "echo"], entrypoint: ["/e"],
                            environment: ["K": "v"], directory: "/w", user: "1:1",
                            mounts: [.init(source: "/a", target: "/b", isReadOnly: true)], memory: .mebibytes(256),
                            cpus: 1.5, network: "none", pull: .always))),
                StepSpec(name: "own", action: .handler(HandlerAction(name: "mail", input: ["to": ["a", "b"]]))),
            ], traceContext: ["traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"])
    }
}
