import FoundationEssentials
import JobCore
import JobExecutors
import Testing

@Suite(.timeLimit(.minutes(1))) struct CommandArtifactsTests {
    private let recorder = ProgressRecorder()
    private let directory: TemporaryDirectory
    private let executor: CommandExecutor

    init() throws {
        directory = try TemporaryDirectory()
        executor = CommandExecutor(
            options: .init(process: ProcessOptions(temporaryDirectory: directory.path)))
    }

    private func step(_ line: String, limits: ArtifactLimits? = ArtifactLimits()) -> StepInvocation {
        var step = StepInvocation.shell(line)
        step.artifacts = limits
        return step
    }

    private func expectNothingLeft() throws {
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
    }

    @Test func `files in the folder are handed on with their names and kinds, in order`() async throws {
        let line = #"printf hello >"$JOB_ARTIFACTS/b.txt"; printf '\000\377' >"$JOB_ARTIFACTS/a"; echo done"#
        _ = try await executor.run(step(line), reporting: recorder.report)
        #expect(
            recorder.artifacts == [
                .artifact(name: "a", contentType: "application/octet-stream", [0, 255]),
                .artifact(name: "b.txt", contentType: "text/plain; charset=utf-8", Array("hello".utf8)),
            ])
        try expectNothingLeft()
    }

    @Test func `a step that failed leaves its files too`() async throws {
        let failure = try await executor.failure(of: step(#"echo no >"$JOB_ARTIFACTS/report.txt"; exit 3"#), recorder)
        #expect(failure.code == .exitCode)
        #expect(recorder.artifacts.count == 1)
        try expectNothingLeft()
    }

    @Test func `where the store keeps none there is no folder`() async throws {
        _ = try await executor.run(step(#"echo "[$JOB_ARTIFACTS]""#, limits: nil), reporting: recorder.report)
        #expect(recorder.text(.stdout) == "[]\n")
    }

    @Test func `nothing is followed out of the folder, and odd things are left`() async throws {
        let line = """
            cd "$JOB_ARTIFACTS" || exit 1
            ln -s /etc/passwd link; mkdir -p folder/deep; echo x >folder/deep/file; mkfifo pipe
            echo y >.hidden; echo z >'two words'; echo w >plain; ln plain hard
            """
        _ = try await executor.run(step(line), reporting: recorder.report)
        #expect(recorder.artifacts == [])
        let notes = recorder.notes.joined(separator: "\n")
        #expect(notes.contains("2 artifacts were not kept: the name must be"))
        for name in ["link", "hard", "plain"] { #expect(notes.contains("artifact \(name) was not kept: it is a link")) }
        for name in ["folder", "pipe"] { #expect(notes.contains("artifact \(name) was not kept")) }
        try expectNothingLeft()
    }

    @Test func `too many and too large files are left, and said to be`() async throws {
        let limits = ArtifactLimits(size: ByteCount(3), count: 2, total: ByteCount(100))
        let line = #"cd "$JOB_ARTIFACTS"; for name in a b c d; do printf 123 >$name; done; printf 1234 >b"#
        _ = try await executor.run(step(line, limits: limits), reporting: recorder.report)
        #expect(recorder.artifacts.count == 1)
        let notes = recorder.notes
        #expect(notes.contains("2 artifacts were not kept: a job may have at most 2 artifacts"))
        #expect(notes.contains("the artifact b was not kept: an artifact may have at most 3 bytes"))
        try expectNothingLeft()
    }
}

extension ProgressRecorder {
    /// The artifacts that were handed on.
    var artifacts: [StepProgress] {
        all.filter { if case .artifact = $0 { true } else { false } }
    }
}
