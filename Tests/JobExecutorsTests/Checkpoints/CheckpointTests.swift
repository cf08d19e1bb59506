import JobCore
import JobExecutors
import JobTesting
import Testing

/// What a stopped step leaves in its folder, and finds again.
@Suite(.timeLimit(.minutes(1))) struct CheckpointTests {
    private let recorder = ProgressRecorder()
    private let checkpoints = KeptCheckpoints()
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func executor(_ time: TimeSource = .system) -> CommandExecutor {
        var options = CommandExecutor.Options()
        options.process.temporaryDirectory = directory.path
        options.process.killGrace = .seconds(60)
        return CommandExecutor(options: options, time: time)
    }

    private func step(_ line: String, mayRunAgain: Bool = false, stop: StepStop = .never) -> StepInvocation {
        var step = StepInvocation.shell(line)
        step.checkpoint = StepCheckpoint(store: checkpoints, name: .test, mayRunAgain: mayRunAgain)
        step.stop = stop
        return step
    }

    /// Cancels a line when it has printed `ready`.
    private func cancel(_ line: String, _ stop: StepStop) async throws {
        let step = step(line, stop: stop)
        let run = Task { try await executor().run(step, reporting: recorder.report) }
        await recorder.waitFor("ready\n")
        run.cancel()
        await #expect(throws: CancellationError.self) { try await run.value }
    }

    @Test func `a step whose machine is taken away learns until when, and its next attempt finds what it left`()
        async throws
    {
        let hardStop = TimeSource.system.now + .seconds(60)
        let work = """
            test -e "$JOB_DEADLINE" && echo too early
            trap 'cat "$JOB_DEADLINE"; mkdir "$JOB_CHECKPOINT/a b"; echo half > "$JOB_CHECKPOINT/a b/.state"; \
            ln -s /etc/passwd "$JOB_CHECKPOINT/link"; exit 0' TERM
            echo ready; while :; do sleep 0.01; done
            """
        try await cancel(work, .interrupted(hardStop: hardStop))
        #expect(recorder.text(.stdout) == "ready\n\(hardStop)\n")
        #expect(recorder.notes == ["saved the checkpoint"])
        let again = ProgressRecorder()
        _ = try await executor().run(
            step(#"cat "$JOB_CHECKPOINT/a b/.state"; readlink "$JOB_CHECKPOINT/link""#), reporting: again.report)
        #expect(again.text(.stdout) == "half\n/etc/passwd\n")
        #expect(again.notes == ["restored the checkpoint of an earlier attempt"])
        #expect(checkpoints.isEmpty, "a step that has succeeded needs it no more")
        #expect(directory.names.isEmpty, "the folders of both are gone")
    }

    @Test func `a step that ignores its signal is killed at the hard stop, and what it left is kept`() async throws {
        let hardStop = TimeSource.system.now + .milliseconds(300)
        try await cancel(
            #"trap '' TERM; echo half > "$JOB_CHECKPOINT/state"; echo ready; while :; do sleep 60; done"#,
            .interrupted(hardStop: hardStop))
        #expect(TimeSource.system.now >= hardStop)
        #expect(!checkpoints.isEmpty)
    }

    @Test func `a step that goes on with its work ends before the hard stop without a kill`() async throws {
        let slept = EventLog<Duration>()
        let time = TimeSource(now: { .epoch }, sleep: { slept.record($0) })
        var step = step("trap 'exit 0' TERM; echo ready; while :; do sleep 0.01; done")
        step.stop = .interrupted(hardStop: Timestamp(seconds: 77))
        let run = Task { [step] in try await executor(time).run(step, reporting: recorder.report) }
        await recorder.waitFor("ready\n")
        run.cancel()
        await #expect(throws: CancellationError.self) { try await run.value }
        #expect(slept.events.first == .seconds(77), "the hard stop and not the usual grace")
    }

    @Test(arguments: [StopReason.leaseLost, .cancelRequested])
    func `what a step left that was cancelled or belongs to another worker is not stored`(_ reason: StopReason)
        async throws
    {
        let line = #"echo half > "$JOB_CHECKPOINT/state"; echo ready; while :; do sleep 0.01; done"#
        try await cancel(line, StepStop { StepStop.Order(reason: reason) })
        #expect(checkpoints.isEmpty && recorder.notes.isEmpty)
    }

    @Test func `a shutdown stores it too`() async throws {
        let line = #"echo half > "$JOB_CHECKPOINT/state"; echo ready; while :; do sleep 0.01; done"#
        try await cancel(line, StepStop { StepStop.Order(reason: .shutdown) })
        #expect(!checkpoints.isEmpty)
    }

    @Test func `a failure stores it only where another attempt follows`() async throws {
        let line = #"echo half > "$JOB_CHECKPOINT/state"; exit 3"#
        _ = try await executor().failure(of: step(line), recorder)
        #expect(checkpoints.isEmpty)
        _ = try await executor().failure(of: step(line, mayRunAgain: true), recorder)
        #expect(!checkpoints.isEmpty, "\(recorder.notes)")
    }

    @Test func `a step that empties its folder has no checkpoint any more, and one that uses none makes none`()
        async throws
    {
        _ = try await executor().failure(of: step("exit 1", mayRunAgain: true), recorder)
        #expect(checkpoints.saves == 0)
        _ = try await executor().failure(
            of: step(#"touch "$JOB_CHECKPOINT/x"; exit 1"#, mayRunAgain: true), recorder)
        #expect(!checkpoints.isEmpty)
        _ = try await executor().failure(of: step(#"rm "$JOB_CHECKPOINT/x"; exit 1"#, mayRunAgain: true), recorder)
        #expect(checkpoints.isEmpty)
    }

    @Test func `a damaged checkpoint is told and the step begins anew`() async throws {
        checkpoints.put(Array("no archive".utf8))
        _ = try await executor().run(step("ls -A \"$JOB_CHECKPOINT\"; echo ran"), reporting: recorder.report)
        #expect(recorder.text(.stdout) == "ran\n")
        #expect(recorder.notes.first?.contains("not restored, the step begins anew: tar ended with") ?? false)
    }

    @Test func `a worker without checkpoints gives no folder`() async throws {
        _ = try await executor().run(
            .shell("echo ${JOB_CHECKPOINT-none} ${JOB_DEADLINE-none}"), reporting: recorder.report)
        #expect(recorder.text(.stdout) == "none none\n")
    }

    @Test func `scripts share one folder`() async throws {
        try directory.script("set/1", #"echo one > "$JOB_CHECKPOINT/x""#)
        try directory.script("set/2", #"cat "$JOB_CHECKPOINT/x"; exit 1"#)
        var step = StepInvocation.test(.script(ScriptAction(directory: "set")))
        step.checkpoint = StepCheckpoint(store: checkpoints, name: .test, mayRunAgain: true)
        _ = try await ScriptExecutor(root: directory.path).failure(of: step, recorder)
        #expect(recorder.text(.stdout) == "one\n" && !checkpoints.isEmpty)
    }
}

extension Checkpoint {
    fileprivate static let test = Checkpoint(
        job: JobID(high: 1, low: 2), step: 2, key: LeaseKey(worker: "w", generation: 2))
}
