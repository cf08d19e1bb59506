import JobCore
import JobExecutors
import Synchronization
import Testing

/// How commands are ended, and that nothing is left of them.
@Suite(.timeLimit(.minutes(1))) struct CommandEndTests {
    private let recorder = ProgressRecorder()

    private func executor(kill: Duration = .seconds(60), drain: Duration = .seconds(60)) -> CommandExecutor {
        CommandExecutor(options: .init(process: ProcessOptions(killGrace: kill, drainGrace: drain)))
    }

    /// Runs a line, cancels it when it has printed `ready`, and returns the number that it printed before that.
    private func cancel(_ line: String, _ executor: CommandExecutor) async throws -> [Int] {
        let run = Task { try await executor.run(.shell(line), reporting: recorder.report) }
        await recorder.waitFor("ready\n")
        run.cancel()
        await #expect(throws: CancellationError.self) { try await run.value }
        return recorder.text(.stdout).split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    }

    @Test func `a cancelled command gets TERM and may clean up`() async throws {
        _ = try await cancel("trap 'echo cleaned; exit 0' TERM; echo ready; while :; do sleep 0.01; done", executor())
        #expect(recorder.text(.stdout).hasSuffix("cleaned\n"))
    }

    @Test func `a command that ignores TERM is killed after the grace`() async throws {
        let pids = try await cancel(
            "trap '' TERM; echo $$; echo ready; while :; do sleep 60; done", executor(kill: .milliseconds(50)))
        #expect(pids.count == 1)
        #expect(!ProcessTable.exists(pids[0]))
    }

    @Test func `the grace is measured by the time source`() async throws {
        let slept = Mutex<[Duration]>([])
        let time = TimeSource(now: { .epoch }, sleep: { duration in slept.withLock { $0.append(duration) } })
        let executor = CommandExecutor(
            options: .init(process: ProcessOptions(killGrace: .seconds(3_600))), time: time)
        _ = try await cancel("trap '' TERM; echo ready; while :; do sleep 60; done", executor)
        #expect(slept.withLock { $0 } == [.seconds(3_600)])
    }

    @Test func `a stopped command is ended too`() async throws {
        let pids = try await cancel("echo $$; echo ready; kill -STOP $$", executor())
        #expect(!ProcessTable.exists(pids[0]))
    }

    @Test func `cancelling ends everything in the command's group`() async throws {
        let pids = try await cancel(
            "trap '' TERM; (echo $(exec sh -c 'echo $PPID'); sleep 60 & echo $!; wait) & sleep 60 & echo $!; sleep 0.2; echo ready; wait",
            executor(kill: .milliseconds(50)))
        #expect(pids.count == 3)
        for pid in pids { await ProcessTable.waitForEnd(of: pid) }
    }

    @Test func `a small fork bomb is ended`() async throws {
        let line = """
            trap '' TERM
            bomb() { if [ $1 -gt 0 ]; then bomb $(($1 - 1)) & bomb $(($1 - 1)) & fi; sleep 60; }
            bomb 5 & echo ready; wait
            """
        _ = try await cancel(line, executor(kill: .milliseconds(50)))
    }

    @Test func `output without end can be cancelled`() async throws {
        let received = Mutex(0)
        let executor = executor()
        let (enough, signal) = AsyncStream.makeStream(of: Void.self)
        let run = Task {
            try await executor.run(.argv("yes")) { progress in
                if case .output(.system, _) = progress { signal.finish() }
                if case .output(.stdout, let bytes) = progress { received.withLock { $0 += bytes.count } }
            }
        }
        for await _ in enough {}
        run.cancel()
        await #expect(throws: CancellationError.self) { try await run.value }
        #expect(received.withLock { $0 } == 8 << 20)
    }

    @Test func `cancelling before the start starts nothing`() async throws {
        let directory = try TemporaryDirectory()
        let executor = executor()
        let run = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await executor.run(.argv("touch", "\(directory.path)/made"), reporting: recorder.report)
        }
        await #expect(throws: CancellationError.self) { try await run.value }
        #expect(directory.names == [])
    }

    @Test func `a command that ends by itself while its last output is being reported succeeds`() async throws {
        let executor = executor()
        let output = try await executor.run(.shell("echo out; exec >&- 2>&-")) { _ in }
        #expect(output.exitCode == 0)
    }

    @Test func `a command that closes its output early is waited for`() async throws {
        let directory = try TemporaryDirectory()
        let output = try await executor().run(
            .shell("exec >&- 2>&-; sleep 0.2; touch \(directory.path)/done"), reporting: recorder.report)
        #expect(output.exitCode == 0)
        #expect(directory.names == ["done"])
    }

    @Test func `a grandchild that keeps the output open does not hold the step, and is killed`() async throws {
        let output = try await executor(drain: .milliseconds(50)).run(
            .shell("sleep 60 & echo $!"), reporting: recorder.report)
        #expect(output.exitCode == 0)
        let pid = try #require(Int(recorder.text(.stdout).dropLast()))
        await ProcessTable.waitForEnd(of: pid)
    }

    @Test func `a grandchild that prints without end does not hold the step, and is killed`() async throws {
        let output = try await executor(drain: .milliseconds(50)).run(
            .shell("yes & echo $! >&2"), reporting: recorder.report)
        #expect(output.exitCode == 0)
        let pid = try #require(Int(recorder.text(.stderr).dropLast()))
        await ProcessTable.waitForEnd(of: pid)
    }

    @Test func `what a grandchild prints within the drain grace is still reported`() async throws {
        _ = try await executor().run(.shell("(sleep 0.1; echo late) & echo early"), reporting: recorder.report)
        #expect(recorder.text(.stdout) == "early\nlate\n")
    }

    @Test func `a grandchild that let go of the output is killed when the command ends`() async throws {
        _ = try await executor().run(.shell("sleep 60 >/dev/null 2>&1 & echo $!"), reporting: recorder.report)
        let pid = try #require(Int(recorder.text(.stdout).dropLast()))
        await ProcessTable.waitForEnd(of: pid)
    }

    @Test func `a daemon in a session of its own that keeps the output does not hold the step`() async throws {
        let output = try await executor(drain: .milliseconds(50)).run(
            .shell("setsid sleep 3 & echo out"), reporting: recorder.report)
        #expect(output.exitCode == 0)
        #expect(recorder.text(.stdout) == "out\n")
    }

    @Test func `an ended command is no zombie`() async throws {
        _ = try await executor().run(.shell("echo $$"), reporting: recorder.report)
        let pid = try #require(Int(recorder.text(.stdout).dropLast()))
        #expect(!ProcessTable.exists(pid))
    }
}
