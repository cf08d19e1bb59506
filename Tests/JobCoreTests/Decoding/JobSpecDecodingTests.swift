import JobCore
import Testing

@Suite struct JobSpecDecodingTests {
    static func parse(_ document: String) throws -> JSONValue { try JSONParser.parse(Array(document.utf8)) }

    @Test(arguments: [
        (#"{"name": "a", "steps": [], "prioritty": 1}"#, "did you mean priority?"),
        (#"{"name": "a", "steps": [], "Queue": "x"}"#, "did you mean queue?"),
        (#"{"name": "a", "steps": [], "notbefore": "x"}"#, "did you mean notBefore?"),
        (#"{"name": "a", "steps": [{"name": "s", "comand": {}}]}"#, "did you mean command?"),
    ])
    func `a misspelt field names the one that was meant`(_ document: String, _ hint: String) throws {
        let issues = try InvalidJobTests.issues(document)
        #expect(issues.contains { $0.message.hasSuffix(hint) })
    }

    @Test func `a word that is like no field gets no guess`() throws {
        let issues = try InvalidJobTests.issues(#"{"name": "a", "steps": [], "zebra": 1}"#)
        #expect(issues.map(\.message) == ["is not a known field"])
    }

    @Test func `a read-only field says so`() throws {
        let issues = try InvalidJobTests.issues(#"{"name": "a", "steps": [], "status": "queued"}"#)
        #expect(issues.map(\.description) == ["status: is read-only: JobKit sets it"])
    }

    @Test func `the same step name twice names the first place`() throws {
        let steps = Array(repeating: #"{"name": "s", "command": {"shell": "a"}}"#, count: 2).joined(separator: ",")
        let issues = try InvalidJobTests.issues(#"{"name": "a", "steps": [\#(steps)]}"#)
        #expect(issues.map(\.description) == ["steps[1].name: is the name of steps[0] too; names must be unique"])
    }

    @Test func `no more than fifty faults are told`() throws {
        let fields = (0..<80).map { #""unknown\#($0)": 1"# }.joined(separator: ", ")
        #expect(try InvalidJobTests.issues(#"{"name": "a", "steps": [], \#(fields)}"#).count == InvalidJob.issuesKept)
        let jobs = (0..<80).map { _ in NewJob(JobSpec(name: "")) }
        let error = #expect(throws: InvalidJob.self) { try jobs.validate() }
        #expect(error?.issues.count == InvalidJob.issuesKept)
        #expect(error?.issues.first?.path == "jobs[0].name")
    }

    @Test func `messages do not repeat values that may be secret`() throws {
        let document = #"""
            {"name": "a", "steps": [{"name": "s", "timeout": "hunter2", "http": {"url": "hunter2 hunter2",
             "method": "hunter2", "headers": {"authorization": "hunter2\n"}}}], "deadline": "hunter2"}
            """#
        let issues = try InvalidJobTests.issues(document)
        #expect(
            issues.map(\.path) == [
                "deadline", "steps[0].timeout", "steps[0].http.method", "steps[0].http.url",
                "steps[0].http.headers.authorization",
            ])
        #expect(!InvalidJob(issues: issues).description.contains("hunter2"))
    }

    @Test func `one answer names ill-formed fields and broken rules, each place once`() throws {
        let document = #"""
            {"name": "", "prioriti": 3, "timeout": [], "retry": {"limit": 0}, "steps": [
             {"http": {"url": "ftp://x"}}, {"name": "b"}, {"name": "c", "command": {"argv": [[]]}}, 5]}
            """#
        #expect(
            try InvalidJobTests.issues(document).map(\.path) == [
                "timeout", "steps[0].name", "steps[1]", "steps[2].command.argv[0]", "steps[3]", "prioriti", "name",
                "retry.limit", "steps[0].http.url",
            ])
    }

    @Test func `the least job is a name and a list of steps`() throws {
        let spec = try JobSpec(json: try Self.parse(#"{"name": "a", "steps": []}"#))
        #expect(spec == JobSpec(name: "a"))
    }

    @Test func `numbers and booleans are texts where texts are wanted, as people expect of YAML`() throws {
        let spec = try JobSpec(
            json: try Self.parse(
                #"""
                {"name": "a", "tags": {"n": 5, "b": true}, "deadline": 1.5, "steps": [
                  {"name": "s", "command": {"argv": ["sleep", 5, 2.5, false]}, "environment": {"N": 1}},
                  {"name": "t", "script": {"directory": "d", "parameters": {"z": 1, "a": "2"}}}]}
                """#))
        #expect(spec.tags == ["n": "5", "b": "true"])
        #expect(spec.deadline == .milliseconds(1_500))
        #expect(spec.steps[0].action == .command(CommandAction(.argv(["sleep", "5", "2.5", "false"]))))
        #expect(spec.steps[0].environment == ["N": "1"])
        let parameters = [ScriptAction.Parameter(key: "z", value: "1"), .init(key: "a", value: "2")]
        #expect(spec.steps[1].action == .script(ScriptAction(directory: "d", parameters: parameters)))
    }

    @Test func `values at the ends of their ranges are taken`() throws {
        var spec = JobSpec(name: String(repeating: "é", count: 200), queue: String(repeating: "q", count: 64))
        spec.priority = -1_000_000
        spec.notBefore = .epoch
        spec.deadline = .milliseconds(1)
        spec.retention = .zero
        spec.retry = RetryOptions(
            limit: 1_000, base: 43_200, multiplier: 0, exponent: 100, cap: .seconds(43_200), jitter: 1)
        spec.steps = (0..<1_000).map { StepSpec(name: "\($0)", action: .command(CommandAction(.shell("x")))) }
        try spec.validate()
        spec.steps.append(StepSpec(name: "more", action: .command(CommandAction(.shell("x")))))
        #expect(throws: InvalidJob(issues: [FieldIssue(path: "steps", message: "must have at most 1000 entries")])) {
            try spec.validate()
        }
    }

    @Test func `values made in code are checked too`() {
        var spec = JobSpec(name: "a")
        spec.retry = RetryOptions(base: .nan, jitter: .infinity)
        spec.steps = [
            StepSpec(
                name: "s",
                action: .script(
                    ScriptAction(
                        directory: "a", parameters: [.init(key: "k", value: "1"), .init(key: "k", value: "2")]))),
            StepSpec(name: "c", action: .container(ContainerAction(image: "a", cpus: .nan))),
        ]
        let error = #expect(throws: InvalidJob.self) { try spec.validate() }
        let paths = ["retry.base", "retry.jitter", "steps[0].script.parameters.k", "steps[1].container.cpus"]
        #expect(error?.issues.map(\.path) == paths)
    }

    @Test func `a rich specification survives the way through JSON`() throws {
        let spec = JobSpec.everything
        #expect(try JobSpec(json: spec.json) == spec)
        #expect(try JobSpec(json: try JSONParser.parse(spec.json.utf8)) == spec)
        #expect(try JobSpec(json: try Self.parse(spec.json.prettyText)) == spec)
    }

    @Test func `the JSON of a plain job holds only what was said`() {
        let spec = JobSpec(name: "a", steps: [StepSpec(name: "s", action: .command(CommandAction(.shell("x"))))])
        #expect(spec.json.text == #"{"name":"a","steps":[{"name":"s","command":{"shell":"x"}}]}"#)
    }
}

extension JobSpec {
    /// A specification with every field set, and one step of each kind.
    static let everything = JobSpec(
        name: "rich \u{1F980}", queue: "reports.daily", priority: -7, lane: "lane é",
        unique: UniqueKey("key", while: [.waiting, .failed]), tags: ["team": "data", "empty": ""],
        metadata: ["request": "r-1"], notBefore: Timestamp(microseconds: 1_800_000_000_250_000),
        deadline: .seconds(86_400), retention: .zero,
        retry: RetryOptions(
            limit: 3, backoff: .power, base: 0.5, multiplier: 2, exponent: 1.5, cap: .seconds(60), jitter: 0.25),
        timeout: .microseconds(1_500_001), jobTimeout: .seconds(600),
        steps: [
            StepSpec(
                name: "call",
                action: .http(
                    HTTPAction(
                        method: "PUT", url: "https://example.org/a?b=c", headers: ["X-Team": "data"],
                        body: .json(["ok": true, "list": [1, 2.5, nil, "é\n\u{0}"], "empty": [:]]))),
                retry: RetryOptions(limit: 8, backoff: .quartic, cap: .seconds(86_400)), timeout: .seconds(5)),
            StepSpec(name: "text", action: .http(HTTPAction(method: "POST", url: "http://x", body: .text("a\r\nb")))),
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
                        image: "registry.example:5000/alpine:3.20", command: ["sh", "-c", "echo"], entrypoint: ["/e"],
                        environment: ["K": "v"], directory: "/w", user: "1:1",
                        mounts: [
                            .init(source: "/a", target: "/b", isReadOnly: true), .init(source: "/c", target: "/d"),
                        ],
                        memory: ByteCount(256_000_001), cpus: 1.5, network: "none", pull: .always))),
            StepSpec(name: "bare", action: .container(ContainerAction(image: "alpine", command: []))),
            StepSpec(name: "own", action: .handler(HandlerAction(name: "mail", input: ["to": ["a", "b"]]))),
        ], traceContext: ["traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"])
}
