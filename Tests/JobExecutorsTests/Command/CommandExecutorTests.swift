import JobCore
import JobExecutors
import Testing

@Suite(.timeLimit(.minutes(1))) struct CommandExecutorTests {
    private let recorder = ProgressRecorder()

    @Test func `a command's output is reported and its exit code kept`() async throws {
        let output = try await CommandExecutor().run(.argv("printf", "one\\ntwo\\n"), reporting: recorder.report)
        #expect(output == StepOutput(exitCode: 0))
        #expect(recorder.text(.stdout) == "one\ntwo\n")
        #expect(recorder.text(.stderr) == "")
    }

    @Test func `arguments reach the program untouched`() async throws {
        let directory = try TemporaryDirectory()
        var options = CommandExecutor.Options(baseDirectory: directory.path)
        options.allowsOutsideDirectories = false
        let words = ["a b; $(touch pwned) \"q\"", "`touch pwned`", "", "--x='y'", "ünïcode \n line"]
        _ = try await CommandExecutor(options: options)
            .run(.test(.command(CommandAction(.argv(["printf", "[%s]"] + words)))), reporting: recorder.report)
        #expect(recorder.text(.stdout) == words.map { "[\($0)]" }.joined())
        #expect(directory.names == [])
    }

    @Test func `only a shell line is given to the shell`() async throws {
        _ = try await CommandExecutor().run(
            .shell("echo $((40 + 2)) | tr 4 5; echo err >&2"), reporting: recorder.report)
        #expect(recorder.text(.stdout) == "52\n")
        #expect(recorder.text(.stderr) == "err\n")
    }

    @Test func `a non-zero exit code fails the step, keeps the code and may be retried`() async throws {
        let failure = try await CommandExecutor().failure(of: .shell("exit 3"))
        #expect(failure == StepFailure(.exitCode, "exit code 3", output: StepOutput(exitCode: 3)))
        #expect(failure.isRetryable)
    }

    @Test func `a signal fails the step and is kept`() async throws {
        let failure = try await CommandExecutor().failure(of: .shell("kill -SEGV $$"))
        #expect(failure.code == .exitCode)
        #expect(failure.message == "signal 11 (SIGSEGV)")
        #expect(failure.output == StepOutput(signal: 11))
    }

    @Test func `the input is the program's standard input`() async throws {
        let action = CommandAction(.argv(["cat"]), input: "line\nüber")
        _ = try await CommandExecutor().run(.test(.command(action)), reporting: recorder.report)
        #expect(recorder.text(.stdout) == "line\nüber")
    }

    @Test func `without input standard input is at its end`() async throws {
        _ = try await CommandExecutor().run(.shell("cat; echo end"), reporting: recorder.report)
        #expect(recorder.text(.stdout) == "end\n")
    }

    @Test func `an input larger than a pipe does not block a program that never reads it`() async throws {
        let action = CommandAction(.argv(["true"]), input: String(repeating: "x", count: 4 << 20))
        let output = try await CommandExecutor().run(.test(.command(action)), reporting: recorder.report)
        #expect(output.exitCode == 0)
    }

    @Test func `a large input arrives whole`() async throws {
        let action = CommandAction(.argv(["wc", "-c"]), input: String(repeating: "x", count: 4 << 20))
        _ = try await CommandExecutor().run(.test(.command(action)), reporting: recorder.report)
        #expect(recorder.text(.stdout) == "\(4 << 20)\n")
    }

    @Test func `a program finds its own descriptors only`() async throws {
        _ = try await CommandExecutor().run(.argv("ls", "/proc/self/fd"), reporting: recorder.report)
        // The fourth is the directory that it lists.
        #expect(recorder.text(.stdout) == "0\n1\n2\n3\n")
    }

    @Test func `a program starts with no signal blocked or ignored`() async throws {
        _ = try await CommandExecutor().run(
            .argv("grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"), reporting: recorder.report)
        let masks = recorder.text(.stdout).split(separator: "\n").compactMap { line in
            line.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) }
        }
        // Signals 32 and 33 are the C library's own.
        #expect(masks.map { $0 & 0x7FFF_FFFF } == [0, 0])
    }

    @Test func `a program leads a session of its own, so that the terminal's signals pass it by`() async throws {
        _ = try await CommandExecutor().run(
            .shell("cut -d' ' -f5,6 /proc/$$/stat; echo $$ $$"), reporting: recorder.report)
        let lines = recorder.text(.stdout).split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first == lines.last)
    }

    @Test func `many commands at once all end well`() async throws {
        let total = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    let recorder = ProgressRecorder()
                    let output = try await CommandExecutor().run(
                        .shell("echo hi; echo ho >&2"), reporting: recorder.report)
                    #expect(recorder.text(.stdout) + recorder.text(.stderr) == "hi\nho\n")
                    return output.exitCode ?? -1
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(total == 0)
    }

    @Test func `a step of another kind is refused`() async throws {
        let failure = try await CommandExecutor().failure(of: .test(.http(HTTPAction(url: "http://x"))))
        #expect(failure.code == .unknownKind)
        #expect(!failure.isRetryable)
    }
}
