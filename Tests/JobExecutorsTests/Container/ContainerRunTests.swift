import FoundationEssentials
import JobCore
import JobExecutors
import Testing

/// Containers on a real engine: what goes in and what comes out.
@Suite(.containerEngine, .timeLimit(.minutes(1))) struct ContainerRunTests {
    @Test("The command gets its arguments untouched, and both streams are told apart")
    func arguments() async throws {
        try await TestEngine.run { engine in
            let recorder = ProgressRecorder()
            let words = ["a b", "", "$HOME", "\"'", "--x", "ü\n*"]
            let step = engine.step("sh", "-c", #"printf '<%s>' "$@"; echo problem >&2"#, "sh") { action in
                action.command?.append(contentsOf: words)
            }
            let output = try await engine.executor().run(step, reporting: recorder.report)

            #expect(recorder.text(.stdout) == words.map { "<\($0)>" }.joined())
            #expect(recorder.text(.stderr) == "problem\n")
            #expect(recorder.notes.isEmpty)
            #expect(output.exitCode == 0)
            #expect(output.details["image"] == .string(TestEngine.image))
            #expect(output.details["imageID"]?.stringValue?.hasPrefix("sha256:") == true)
            #expect(output.details["container"]?.stringValue?.count == 64)
            #expect(output.details["oomKilled"] == false)
        }
    }

    @Test("The environment is the image's, the job's, the step's and the action's, and nothing of the host's")
    func environment() async throws {
        try await TestEngine.run { engine in
            let recorder = ProgressRecorder()
            var step = engine.step("env") { $0.environment = ["OWN": "a=b c\nd", "BOTH": "action"] }
            step.step.environment = ["STEP": "s", "BOTH": "step"]
            step.metadata = ["team": "data"]
            _ = try await engine.executor().run(step, reporting: recorder.report)

            let text = recorder.text(.stdout)
            for line in [
                "JOB_ID=\(engine.job)", "JOB_STEP=step", "JOB_STEP_INDEX=2", "JOB_ATTEMPT=1", "STEP=s", "BOTH=action",
                "OWN=a=b c\nd", "JOB_METADATA_TEAM=data", "PATH=/bin",
            ] {
                #expect(text.contains("\(line)\n"), "\(text)")
            }
            #expect(!text.contains("JOBKIT_DOCKER_SOCKET"))
            #expect(!text.contains("JOB_OUTPUTS"))
            #expect(!text.contains("JOB_ARTIFACTS"))
        }
    }

    @Test("What a container of any user puts into its folder is kept, also when it fails", arguments: [0, 3])
    func artifacts(code: Int) async throws {
        try await TestEngine.run { engine in
            let recorder = ProgressRecorder()
            let directory = try TemporaryDirectory()
            var step = engine.shell(
                #"cd "$JOB_ARTIFACTS" && echo kept >report.txt; ln -s /etc/passwd link; mkdir -p a/b; exit \#(code)"#
            ) { $0.user = "guest" }
            step.artifacts = ArtifactLimits()
            let executor = engine.executor { $0.temporaryDirectory = directory.path }
            if code == 0 {
                _ = try await executor.run(step, reporting: recorder.report)
            } else {
                let failure = try await executor.failure(of: step, recorder)
                #expect(failure.code == .exitCode)
            }
            #expect(
                recorder.artifacts == [
                    .artifact(name: "report.txt", contentType: "text/plain; charset=utf-8", Array("kept\n".utf8))
                ])
            #expect(recorder.notes.contains("the artifact link was not kept: it is a link"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
        }
    }

    @Test("A user who is not root reads the finished steps' outputs, and cannot change them")
    func outputs() async throws {
        try await TestEngine.run { engine in
            let recorder = ProgressRecorder()
            let directory = try TemporaryDirectory()
            var step = engine.shell(#"cat "$JOB_OUTPUTS"; rm "$JOB_OUTPUTS" || echo kept >&2"#) { $0.user = "guest" }
            step.outputs = ["first": StepOutput(exitCode: 0, json: ["answer": 42])]
            _ = try await engine.executor { $0.temporaryDirectory = directory.path }
                .run(step, reporting: recorder.report)

            let document = try JSONParser.parse(recorder.bytes(.stdout))
            #expect(document["first"]?["json"]?["answer"] == 42)
            #expect(recorder.text(.stderr).hasSuffix("kept\n"))
            #expect(directory.names.isEmpty)
        }
    }

    @Test("User, working directory and entry point are the step's")
    func settings() async throws {
        try await TestEngine.run { engine in
            let recorder = ProgressRecorder()
            let step = engine.step("-c", "id -un; pwd; grep NoNewPrivs /proc/self/status") { action in
                action.entrypoint = ["sh"]
                action.user = "guest"
                action.directory = "/tmp"
            }
            _ = try await engine.executor().run(step, reporting: recorder.report)

            #expect(recorder.text(.stdout) == "guest\n/tmp\nNoNewPrivs:\t1\n")
        }
    }

    @Test("Nothing that the shortest containers print is lost, also when many run at once")
    func short() async throws {
        try await TestEngine.run { engine in
            let executor = engine.executor()
            let texts = try await withThrowingTaskGroup(of: String.self) { group in
                for index in 0..<12 {
                    group.addTask {
                        let recorder = ProgressRecorder()
                        let step = engine.step("echo", "output \(index)", index: index)
                        _ = try await executor.run(step, reporting: recorder.report)
                        return recorder.text(.stdout)
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }

            #expect(texts == Set((0..<12).map { "output \($0)\n" }))
        }
    }

    @Test("Ten megabytes come through whole")
    func large() async throws {
        try await TestEngine.run { engine in
            let recorder = ProgressRecorder()
            let step = engine.shell("yes 0123456789abcde | head -c 10485760; echo end >&2")
            let output = try await engine.executor { $0.outputLimit = .mebibytes(16) }
                .run(step, reporting: recorder.report)

            let bytes = recorder.bytes(.stdout)
            #expect(bytes.count == 10_485_760)
            #expect(bytes == (0..<655_360).flatMap { _ in Array("0123456789abcde\n".utf8) })
            #expect(recorder.text(.stderr) == "end\n")
            #expect(!output.isTruncated)
        }
    }

    @Test("Output beyond the limit is dropped with a note, between characters, and the container goes on")
    func limit() async throws {
        try await TestEngine.run { engine in
            let recorder = ProgressRecorder()
            let step = engine.shell("yes ü | head -c 300000; echo end >&2; exit 4")
            let failure = try await engine.executor { $0.outputLimit = .kibibytes(64) }.failure(of: step, recorder)

            #expect(recorder.bytes(.stdout).count <= 65_536)
            #expect(String(validating: recorder.bytes(.stdout), as: UTF8.self) != nil)
            #expect(recorder.notes == ["stdout is longer than 64KiB; the rest is dropped"])
            #expect(recorder.text(.stderr) == "end\n")
            #expect(failure.output?.isTruncated == true)
        }
    }

    @Test("Output is reported while the container runs")
    func live() async throws {
        try await TestEngine.run { engine in
            let recorder = ProgressRecorder()
            let run = Task {
                try await engine.executor().run(engine.shell("echo early; sleep 1000"), reporting: recorder.report)
            }
            await recorder.waitFor("early")
            run.cancel()

            await #expect(throws: CancellationError.self) { try await run.value }
        }
    }

    @Test("Limits, labels and the container's rights are as the step and the worker say")
    func inspected() async throws {
        try await TestEngine.run { engine in
            let recorder = ProgressRecorder()
            let step = engine.shell("echo ready; sleep 1000") { action in
                action.memory = .mebibytes(32)
                action.cpus = 0.5
                action.network = "none"
            }
            let run = Task {
                try await engine.executor { $0.pidsLimit = 50 }.run(step, reporting: recorder.report)
            }
            await recorder.waitFor("ready")
            let container = try await engine.inspect()
            run.cancel()
            _ = await run.result

            let host = container["HostConfig"]
            #expect(host?["Memory"] == 33_554_432)
            #expect(host?["MemorySwap"] == 33_554_432)
            #expect(host?["NanoCpus"] == 500_000_000)
            #expect(host?["PidsLimit"] == 50)
            #expect(host?["NetworkMode"] == "none")
            #expect(host?["Privileged"] == false)
            #expect(host?["SecurityOpt"] == ["no-new-privileges"])
            #expect(host?["AutoRemove"] == false)
            let labels = container["Config"]?["Labels"]
            #expect(labels?["org.jobkit.step"] == "2")
            #expect(labels?["org.jobkit.attempt"] == "1")
            #expect(labels?["org.jobkit.job-name"] == "nightly")
        }
    }
}
