import JobCore
import JobExecutors
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct CommandOutputTests {
    private let recorder = ProgressRecorder()

    private func executor(limit: ByteCount) -> CommandExecutor {
        CommandExecutor(options: .init(process: ProcessOptions(outputLimit: limit)))
    }

    @Test func `output is reported while the command runs`() async throws {
        let directory = try TemporaryDirectory()
        let line = "echo first; while [ ! -e \(directory.path)/go ]; do sleep 0.01; done; echo second"
        async let run = CommandExecutor().run(.shell(line), reporting: recorder.report)
        await recorder.waitFor("first\n")
        #expect(recorder.text(.stdout) == "first\n")
        try directory.file("go")
        _ = try await run
        #expect(recorder.text(.stdout) == "first\nsecond\n")
    }

    @Test func `output above the limit is dropped with one note and the command goes on`() async throws {
        let output = try await executor(limit: ByteCount(10)).run(
            .shell("printf 123456; printf 7890abc; printf def; echo more; echo err >&2; exit 0"),
            reporting: recorder.report)
        #expect(output == StepOutput(exitCode: 0, isTruncated: true))
        #expect(recorder.text(.stdout) == "1234567890")
        #expect(recorder.text(.stderr) == "err\n")
        #expect(recorder.notes == ["stdout is longer than 10; the rest is dropped"])
    }

    @Test func `output of exactly the limit is whole`() async throws {
        let output = try await executor(limit: ByteCount(3)).run(.argv("printf", "123"), reporting: recorder.report)
        #expect(!output.isTruncated)
        #expect(recorder.text(.stdout) == "123")
        #expect(recorder.notes == [])
    }

    @Test func `a failed step says too that its output was cut`() async throws {
        let failure = try await executor(limit: ByteCount(1)).failure(of: .shell("echo long >&2; exit 1"))
        #expect(failure.output == StepOutput(exitCode: 1, isTruncated: true))
    }

    @Test func `a hundred megabytes on both streams are read to the end`() async throws {
        let line = "head -c 50000000 /dev/zero & head -c 50000000 /dev/zero >&2; wait"
        let output = try await CommandExecutor().run(.shell(line), reporting: recorder.report)
        #expect(output == StepOutput(exitCode: 0, isTruncated: true))
        #expect(recorder.bytes(.stdout).count == 8 << 20)
        #expect(recorder.bytes(.stderr).count == 8 << 20)
        #expect(recorder.notes.count == 2)
    }

    @Test func `half a gigabyte of output takes little memory`() async {
        // In a program of its own, because the other tests use memory too.
        await #expect(processExitsWith: .success) {
            let before = ProcessTable.residentBytes
            _ = try await CommandExecutor().run(.shell("head -c 500000000 /dev/zero")) { _ in }
            precondition(ProcessTable.residentBytes - before < 32 << 20)
        }
    }

    @Test func `a slow receiver slows the command down`() async throws {
        let chunks = Mutex(0)
        let gate = AsyncStream.makeStream(of: Void.self)
        async let run = executor(limit: .mebibytes(64)).run(.shell("head -c 2000000 /dev/zero; echo $? >&2")) {
            progress in
            guard case .output(.stdout, let bytes) = progress else { return }
            #expect(bytes.count <= 64 << 10)
            if chunks.withLock({
                $0 += 1; return $0
            }) == 1 {
                for await _ in gate.stream {}
            }
        }
        // The first chunk is being reported, so nothing else may come.
        while chunks.withLock({ $0 }) == 0 { await Task.yield() }
        #expect(chunks.withLock { $0 } == 1)
        gate.continuation.finish()
        #expect(try await run.exitCode == 0)
        #expect(chunks.withLock { $0 } > 10)
    }

    @Test func `UTF-8 sequences are not split between chunks`() async throws {
        let directory = try TemporaryDirectory()
        let wait = "while [ ! -e \(directory.path)/go ]; do sleep 0.01; done"
        async let run = CommandExecutor().run(
            .shell("printf 'ready\\342\\202'; \(wait); printf '\\254\\360\\237'"), reporting: recorder.report)
        await recorder.waitFor("ready")
        #expect(recorder.bytes(.stdout) == Array("ready".utf8))
        try directory.file("go")
        _ = try await run
        #expect(recorder.bytes(.stdout) == Array("ready€".utf8) + [0xF0, 0x9F])
    }

    @Test func `bytes that are no UTF-8 pass unchanged`() async throws {
        _ = try await CommandExecutor().run(.argv("printf", "\\377\\300a\\200"), reporting: recorder.report)
        #expect(recorder.bytes(.stdout) == [0xFF, 0xC0, 0x61, 0x80])
    }
}
