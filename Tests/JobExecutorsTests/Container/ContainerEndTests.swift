import JobCore
import JobExecutors
import JobTransport
import Testing

/// Containers on a real engine: how they end, and that nothing is left of them.
@Suite(.containerEngine, .timeLimit(.minutes(1))) struct ContainerEndTests {
    @Test("An exit code other than 0 fails the step, and is kept")
    func exitCode() async throws {
        try await TestEngine.run { engine in
            let failure = try await engine.executor().failure(of: engine.shell("exit 3"))

            #expect(failure.code == .exitCode)
            #expect(failure.message == "exit code 3")
            #expect(failure.output?.exitCode == 3)
            #expect(failure.isRetryable)
        }
    }

    @Test("Exhausted memory is told apart from other ends")
    func outOfMemory() async throws {
        try await TestEngine.run { engine in
            // The programs that take the memory are not the first process, which lives on until the engine has heard of
            // one of them. It watches from some time after the start on, later on a busy machine, and hears of none before.
            let step = engine.shell("for i in 1 2 3 4 5 6; do tail /dev/zero; code=$?; sleep 1; done; exit $code") {
                $0.memory = .mebibytes(16)
            }
            let failure = try await engine.executor().failure(of: step)

            #expect(failure.code == "out_of_memory", "\(failure)")
            #expect(failure.message.contains("its memory limit of 16MiB"))
            #expect(failure.output?.exitCode == 137)
            #expect(failure.output?.details["oomKilled"] == true)
            #expect(failure.isRetryable)
        }
    }

    @Test("A container that is killed otherwise is not said to be out of memory")
    func killed() async throws {
        try await TestEngine.run { engine in
            let step = engine.shell("kill -9 $$") { $0.memory = .mebibytes(16) }
            let failure = try await engine.executor().failure(of: step)

            #expect(failure.code == .exitCode)
            #expect(failure.output?.exitCode == 137)
            #expect(failure.output?.details["oomKilled"] == false)
        }
    }

    @Test("A cancelled container gets its stop signal, is heard until its end, and is removed")
    func cancelled() async throws {
        try await TestEngine.run { engine in
            let recorder = ProgressRecorder()
            let step = engine.shell("trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.1; done")
            let run = Task { try await engine.executor().run(step, reporting: recorder.report) }
            await recorder.waitFor("ready")
            run.cancel()

            await #expect(throws: CancellationError.self) { try await run.value }
            #expect(recorder.text(.stdout) == "ready\nbye\n")
        }
    }

    @Test("A cancelled container that ignores its stop signal is killed after the grace", arguments: [true, false])
    func stubborn(usesInit: Bool) async throws {
        try await TestEngine.run { engine in
            let recorder = ProgressRecorder()
            let step = engine.shell("trap '' TERM; echo ready; while :; do sleep 0.1; done")
            let run = Task {
                try await engine.executor { $0.usesInit = usesInit }.run(step, reporting: recorder.report)
            }
            await recorder.waitFor("ready")
            run.cancel()

            await #expect(throws: CancellationError.self) { try await run.value }
        }
    }

    @Test("A step that is cancelled at any moment of its start leaves nothing")
    func cancelledEarly() async throws {
        try await TestEngine.run { engine in
            let executor = engine.executor()
            for pauses in 0..<12 {
                let run = Task {
                    try await executor.run(engine.shell("sleep 1000")) { _ in }
                }
                // Each round lets the step come a little further: so many answers of the engine.
                for _ in 0..<pauses { try await engine.call(.get, "/version") }
                run.cancel()
                await #expect(throws: CancellationError.self) { try await run.value }
                #expect(try await engine.containers().isEmpty)
            }
        }
    }

    @Test("A command that is not in the image fails the step for good", arguments: [true, false])
    func noCommand(usesInit: Bool) async throws {
        try await TestEngine.run { engine in
            let executor = engine.executor { $0.usesInit = usesInit }
            for command in ["no-such-program", "/etc/passwd"] {
                let failure = try await executor.failure(of: engine.step(command))

                #expect(failure.code == .invalidStep, "\(failure)")
                #expect(!failure.isRetryable)
                #expect(failure.message.contains(command), "\(failure)")
            }
        }
    }

    @Test("Exit codes 126 and 127 of a program that did start are its own", arguments: [126, 127])
    func ownCode(_ code: Int) async throws {
        try await TestEngine.run { engine in
            let failure = try await engine.executor().failure(of: engine.shell("exit \(code)"))

            #expect(failure.code == .exitCode)
            #expect(failure.output?.exitCode == code)
        }
    }

    @Test("Settings that cannot be met fail the step for good, and say which")
    func badSettings() async throws {
        try await TestEngine.run { engine in
            let cases: [(String, (inout ContainerAction) -> Void)] = [
                ("nobody-here", { $0.user = "nobody-here" }), ("no-such-network", { $0.network = "no-such-network" }),
                ("/etc/passwd is not a directory", { $0.directory = "/etc/passwd" }), ("CPUs", { $0.cpus = 1_000 }),
            ]
            for (text, change) in cases {
                let failure = try await engine.executor().failure(of: engine.step("true", change: change))

                #expect(failure.code == .invalidStep, "\(failure)")
                #expect(!failure.isRetryable)
                #expect(failure.message.contains(text), "\(failure)")
            }
        }
    }

    @Test("What a killed worker has left of this step is removed, and nothing of other steps")
    func leftovers() async throws {
        try await TestEngine.run { engine in
            for (name, step) in [("left", "2"), ("other", "3")] {
                let created = try await engine.call(
                    .post, "/containers/create?name=\(name)-\(engine.job)",
                    [
                        "Image": .string(TestEngine.image), "Cmd": ["sleep", "1000"],
                        "Labels": [
                            "org.jobkit.job": .string(engine.job.description), "org.jobkit.step": .string(step),
                            "org.jobkit.attempt": "1",
                        ],
                    ])
                try await engine.call(.post, "/containers/\(try #require(created["Id"]?.stringValue))/start")
            }
            let recorder = ProgressRecorder()
            let step = engine.step("true", attempt: 2)
            _ = try await engine.executor().run(step, reporting: recorder.report)

            #expect(recorder.notes.count == 1)
            #expect(recorder.notes.first?.contains("left behind by an earlier attempt") == true)
            #expect(try await engine.inspect()["Name"] == .string("/other-\(engine.job)"))
            try await engine.call(.delete, "/containers/other-\(engine.job)?force=1")
        }
    }

    @Test("A container whose machine is taken away is told until when, and the next attempt finds what it left")
    func interrupted() async throws {
        try await TestEngine.run { engine in
            let checkpoints = KeptCheckpoints()
            let place = StepCheckpoint(
                store: checkpoints,
                name: Checkpoint(job: engine.job, step: 2, key: LeaseKey(worker: "w", generation: 1)))
            let hardStop = TimeSource.system.now + .seconds(60)
            let line = """
                test -e "$JOB_DEADLINE" && echo early; touch /run/jobkit/stop/x || echo protected
                trap 'cat "$JOB_DEADLINE"; echo half > "$JOB_CHECKPOINT/state"; exit 0' TERM
                echo ready; while :; do sleep 0.05; done
                """
            var step = engine.shell(line) { $0.user = "1234:1234" }
            step.checkpoint = place
            step.stop = .interrupted(hardStop: hardStop)
            let recorder = ProgressRecorder()
            let run = Task { [step] in
                try await engine.executor { $0.stopGrace = .seconds(50) }.run(step, reporting: recorder.report)
            }
            await recorder.waitFor("ready\n")
            run.cancel()
            await #expect(throws: CancellationError.self) { try await run.value }
            #expect(recorder.text(.stdout) == "protected\nready\n\(hardStop)\n")
            #expect(recorder.notes.last == "saved the checkpoint")

            var again = engine.shell(#"cat "$JOB_CHECKPOINT/state""#)
            again.checkpoint = place
            let later = ProgressRecorder()
            _ = try await engine.executor().run(again, reporting: later.report)
            #expect(later.text(.stdout) == "half\n" && checkpoints.isEmpty)
        }
    }
}
