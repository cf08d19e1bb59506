import JobCore
import JobExecutors
import Testing

@Suite(.timeLimit(.minutes(1))) struct ScriptExecutorTests {
    private let root: TemporaryDirectory
    private let executor: ScriptExecutor
    private let recorder = ProgressRecorder()

    init() throws {
        root = try TemporaryDirectory()
        executor = ScriptExecutor(root: root.path)
    }

    private func step(_ directory: String = "deploy", _ parameters: [(String, String)] = []) -> StepInvocation {
        let parameters = parameters.map { ScriptAction.Parameter(key: $0.0, value: $0.1) }
        return .test(.script(ScriptAction(directory: directory, parameters: parameters)), name: "release")
    }

    @Test func `all executables run in the order of their names' bytes`() async throws {
        for name in ["b", "B", "10-z", "9-y", "é", "a_b", "a-b"] { try root.script("deploy/\(name)", "echo \(name)") }
        let output = try await executor.run(step(), reporting: recorder.report)
        let order = ["10-z", "9-y", "B", "a-b", "a_b", "b", "é"]
        #expect(recorder.text(.stdout) == order.map { "\($0)\n" }.joined())
        #expect(output.exitCode == 0)
        #expect(output.details["scripts"] == .array(order.map { ["name": .string($0), "exitCode": 0] }))
        #expect(output.details["skipped"] == nil)
    }

    @Test func `scripts get the step's name and the parameters in order, untouched`() async throws {
        try root.script("deploy/show", "printf '[%s]' \"$@\"")
        let values = [("z", "a b; $(touch pwned) \"q\""), ("a-1", ""), ("m", "`id`'\n--name=x")]
        _ = try await executor.run(step("deploy", values), reporting: recorder.report)
        #expect(
            recorder.text(.stdout)
                == "[--name=release]" + values.map { "[--\($0.0)=\($0.1)]" }.joined())
        #expect(root.names == ["deploy"])
    }

    @Test func `the command line and the exit code are noted, secrets masked and line breaks shown`() async throws {
        try root.script("deploy/10-one", "true")
        _ = try await executor.run(
            step("deploy", [("branch", "a\nb"), ("api-token", "s3cret")]), reporting: recorder.report)
        #expect(
            recorder.notes == ["10-one --name=release --branch=a\\u{a}b --api-token=***", "exit code: 0"])
    }

    @Test func `the first failing script ends the step with its exit code`() async throws {
        try root.script("deploy/1", "echo one")
        try root.script("deploy/2", "exit 7")
        try root.script("deploy/3", "echo three")
        let failure = try await executor.failure(of: step(), recorder)
        #expect(failure.code == .exitCode)
        #expect(failure.message == "script 2 ended with exit code 7")
        #expect(failure.isRetryable)
        #expect(failure.output?.exitCode == 7)
        #expect(
            failure.output?.details["scripts"]
                == [["name": "1", "exitCode": 0], ["name": "2", "exitCode": 7]])
        #expect(recorder.text(.stdout) == "one\n")
        #expect(recorder.notes.last == "exit code: 7")
    }

    @Test func `a script ended by a signal fails the step`() async throws {
        try root.script("deploy/1", "kill -KILL $$")
        let failure = try await executor.failure(of: step(), recorder)
        #expect(failure.output?.signal == 9, "\(failure)")
        #expect(recorder.notes.last == "ended by signal 9 (SIGKILL)")
    }

    @Test func `what is not run is noted and listed`() async throws {
        try root.script("deploy/run", "echo ran")
        try root.script("deploy/.hidden", "echo no")
        try root.script("deploy/backup~", "echo no")
        try root.file("deploy/plain", "text")
        try root.directory("deploy/sub")
        try root.link("deploy/broken", to: "nowhere")
        try root.link("deploy/outside", to: "/bin/true")
        try root.link("deploy/run-again", to: "run")
        let output = try await executor.run(step(), reporting: recorder.report)
        #expect(recorder.text(.stdout) == "ran\nran\n")
        let reasons = [
            (".hidden", "is hidden"), ("backup~", "is a backup file"), ("broken", "is a broken link"),
            ("outside", "is a link that leads outside the script root"), ("plain", "is not executable"),
            ("sub", "is a directory"),
        ]
        #expect(
            output.details["skipped"]
                == .array(reasons.map { ["name": .string($0.0), "reason": .string($0.1)] }))
        #expect(recorder.notes.prefix(6) == reasons.map { "skipped \($0.0): it \($0.1)" }[...])
    }

    @Test func `a directory without executables succeeds with a note`() async throws {
        try root.directory("deploy")
        let output = try await executor.run(step(), reporting: recorder.report)
        #expect(output.exitCode == 0)
        #expect(recorder.notes == ["deploy holds no executables"])
    }

    @Test(arguments: ["missing", "deploy/file"])
    func `a missing directory fails for good, with exit code 2`(_ name: String) async throws {
        try root.file("deploy/file")
        let failure = try await executor.failure(of: step(name))
        #expect(failure.code == .invalidStep)
        #expect(!failure.isRetryable)
        #expect(failure.output?.exitCode == 2)
        #expect(failure.message.contains("there is no script directory \"\(name)\""))
    }

    @Test(arguments: ["..", "../x", "/etc", "deploy/..", "deploy//x", "./deploy", "", "link", "deploy/link"])
    func `a directory outside the root is refused`(_ name: String) async throws {
        try root.directory("deploy")
        try root.link("link", to: "/usr/bin")
        try root.link("deploy/link", to: "../..")
        let failure = try await executor.failure(of: step(name))
        #expect(failure.code == .notPermitted)
        #expect(!failure.isRetryable)
    }

    @Test func `a retry runs all scripts again`() async throws {
        try root.script("deploy/1", "echo one")
        try root.script("deploy/2", "[ -e fixed ]")
        _ = try await executor.failure(of: step(), recorder)
        try root.file("deploy/fixed")
        _ = try await executor.run(step(), reporting: recorder.report)
        #expect(recorder.text(.stdout) == "one\none\n")
    }

    @Test func `scripts see the job's variables and the step's`() async throws {
        try root.script("deploy/1", "echo $JOB_NAME $JOB_STEP $MODE; pwd")
        var step = step()
        step.step.environment = ["MODE": "fast"]
        _ = try await executor.run(step, reporting: recorder.report)
        #expect(recorder.text(.stdout) == "nightly release fast\n\(root.path)/deploy\n")
    }

    @Test func `cancelling ends the running script and starts no further one`() async throws {
        try root.script("deploy/1", "echo ready; sleep 60")
        try root.script("deploy/2", "echo two")
        let run = Task { try await executor.run(step(), reporting: recorder.report) }
        await recorder.waitFor("ready\n")
        run.cancel()
        await #expect(throws: CancellationError.self) { try await run.value }
        #expect(recorder.text(.stdout) == "ready\n")
    }

    @Test func `the output limit holds for all scripts together`() async throws {
        try root.script("deploy/1", "printf 12345")
        try root.script("deploy/2", "printf 67890")
        try root.script("deploy/3", "printf abc")
        let limited = ScriptExecutor(root: root.path, options: ProcessOptions(outputLimit: ByteCount(7)))
        let output = try await limited.run(step(), reporting: recorder.report)
        #expect(recorder.text(.stdout) == "1234567")
        #expect(output.isTruncated)
        #expect(recorder.notes.filter { $0.contains("dropped") }.count == 1)
    }
}
