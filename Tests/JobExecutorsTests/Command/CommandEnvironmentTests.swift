import JobCore
import JobExecutors
import Testing

@Suite(.timeLimit(.minutes(1))) struct CommandEnvironmentTests {
    private func variables(
        _ inherited: InheritedEnvironment = .none, _ edit: (inout StepInvocation) -> Void = { _ in }
    ) async throws -> [String: String] {
        var step = StepInvocation.test(.command(CommandAction(.argv(["/usr/bin/env", "-0"]))), attempt: 3)
        edit(&step)
        let recorder = ProgressRecorder()
        let executor = CommandExecutor(options: .init(process: ProcessOptions(inherited: inherited)))
        _ = try await executor.run(step, reporting: recorder.report)
        var result: [String: String] = [:]
        for entry in recorder.text(.stdout).split(separator: "\0") {
            let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            result[String(parts[0])] = String(parts[1])
        }
        return result
    }

    @Test func `the variables name the job, the step and the attempt`() async throws {
        let id = "01900000-0000-7000-8000-000000000001"
        #expect(
            try await variables() == [
                "JOB_ID": id, "JOB_NAME": "nightly", "JOB_QUEUE": "default", "JOB_STEP": "step", "JOB_STEP_INDEX": "2",
                "JOB_ATTEMPT": "3", "JOB_ATTEMPT_ID": "\(id)/2/3", "JOB_IDEMPOTENCY_KEY": "\(id)/2",
            ])
    }

    @Test func `metadata and trace headers become variables`() async throws {
        let seen = try await variables(InheritedEnvironment(["PATH": "/bin"])) { step in
            step.metadata = ["request-id": "r 1", "team.name": "data"]
            step.traceContext = ["traceparent": "00-a-b-01", "tracestate": "x=y", "path": "/evil"]
        }
        #expect(seen["JOB_METADATA_REQUEST_ID"] == "r 1")
        #expect(seen["JOB_METADATA_TEAM_NAME"] == "data")
        #expect(seen["TRACEPARENT"] == "00-a-b-01")
        #expect(seen["TRACESTATE"] == "x=y")
        #expect(seen["PATH"] == "/bin")
    }

    @Test func `the action's variables win over the step's, and those over the others`() async throws {
        let seen = try await variables(InheritedEnvironment(["A": "inherited", "B": "inherited", "C": "inherited"])) {
            step in
            step.step.environment = ["B": "step", "C": "step", "JOB_NAME": "step"]
            step.step.action = .command(CommandAction(.argv(["/usr/bin/env", "-0"]), environment: ["C": "action"]))
        }
        #expect(seen["A"] == "inherited")
        #expect(seen["B"] == "step")
        #expect(seen["C"] == "action")
        #expect(seen["JOB_NAME"] == "step")
    }

    @Test func `by default only harmless variables are inherited`() throws {
        #expect(InheritedEnvironment.usual.variables["PATH"] != nil)
        let harmless: Set = [
            "PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "USER", "LOGNAME", "SHELL", "TERM", "XDG_RUNTIME_DIR",
        ]
        #expect(
            InheritedEnvironment.usual.variables.keys.allSatisfy { harmless.contains($0) || $0.hasPrefix("LC_") })
    }

    @Test func `everything, nothing or named variables can be inherited`() {
        let all = InheritedEnvironment.all.variables
        #expect(all.count >= InheritedEnvironment.usual.variables.count)
        #expect(InheritedEnvironment.none.variables.isEmpty)
        let extra = all.keys.first { InheritedEnvironment.usual.variables[$0] == nil }
        if let extra { #expect(InheritedEnvironment.usual(and: [extra]).variables[extra] == all[extra]) }
    }

    @Test func `finished steps' outputs are in a private file that goes away`() async throws {
        let directory = try TemporaryDirectory()
        var step = StepInvocation.shell("stat -c %a \"$JOB_OUTPUTS\"; cat \"$JOB_OUTPUTS\"")
        step.outputs = ["build": StepOutput(exitCode: 0), "fetch": StepOutput(status: 200, json: ["n": 7])]
        let recorder = ProgressRecorder()
        let executor = CommandExecutor(options: .init(process: ProcessOptions(temporaryDirectory: directory.path)))
        _ = try await executor.run(step, reporting: recorder.report)
        let lines = recorder.text(.stdout).split(separator: "\n", maxSplits: 1)
        #expect(lines.first == "600")
        let document = try JSONParser.parse(Array(lines[1].utf8))
        #expect(document["build"]?["exitCode"] == 0)
        #expect(document["fetch"]?["json"]?["n"] == 7)
        #expect(directory.names == [])
    }

    @Test func `without finished steps there is no such file`() async throws {
        #expect(try await variables()["JOB_OUTPUTS"] == nil)
    }
}
