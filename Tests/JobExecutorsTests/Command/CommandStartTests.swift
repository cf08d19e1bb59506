import JobCore
import JobExecutors
import Testing

@Suite(.timeLimit(.minutes(1))) struct CommandStartTests {
    private let directory: TemporaryDirectory
    private let executor: CommandExecutor

    init() throws {
        directory = try TemporaryDirectory()
        executor = CommandExecutor(options: .init(baseDirectory: directory.path))
    }

    private func failure(_ action: CommandAction) async throws -> StepFailure {
        try await executor.failure(of: .test(.command(action)))
    }

    @Test(arguments: [
        (["no-such-program"], "there is no program \"no-such-program\" in PATH"),
        (["/no/such/program"], "there is no such file"),
        (["./plain"], "not executable"),
        (["./binary"], "no program for this machine"),
        (["./interpreted"], "interpreter of its first line is missing"),
        ([], "no program"),
        ([""], "no program"),
        (["tr\u{0}ue"], "NUL"),
        (["plain/x"], "not usable"),
    ])
    func `a program that cannot be started fails for good and says what to do`(
        _ argv: [String], _ text: String
    ) async throws {
        try directory.file("plain", "#!/bin/sh\n")
        try directory.file("binary", "\u{1}\u{2}", mode: 0o755)
        try directory.file("interpreted", "#!/no/such/interpreter\n", mode: 0o755)
        let failure = try await failure(CommandAction(.argv(argv)))
        #expect(failure.code == .invalidStep)
        #expect(!failure.isRetryable)
        #expect(failure.message.contains(text), "\(failure.message)")
    }

    @Test(arguments: ["true", "/no/such/program", "no-such-program"])
    func `a missing working directory fails for good and is named, before a missing program`(
        _ program: String
    ) async throws {
        let failure = try await failure(CommandAction(.argv([program]), directory: "missing"))
        #expect(failure.code == .invalidStep)
        #expect(!failure.isRetryable)
        #expect(failure.message.contains("\(directory.path)/missing"))
    }

    @Test func `a file is no working directory`() async throws {
        try directory.file("plain")
        let failure = try await failure(CommandAction(.argv(["true"]), directory: "plain"))
        #expect(failure.code == .invalidStep)
    }

    @Test func `the working directory is relative to the base, and so is a program with a slash to it`() async throws {
        try directory.script("sub/run", "pwd")
        let recorder = ProgressRecorder()
        let action = CommandAction(.argv(["./run"]), directory: "sub")
        _ = try await executor.run(.test(.command(action)), reporting: recorder.report)
        #expect(recorder.text(.stdout) == "\(directory.path)/sub\n")
    }

    @Test func `an absolute working directory is allowed unless it is forbidden`() async throws {
        let recorder = ProgressRecorder()
        _ = try await executor.run(
            .test(.command(CommandAction(.argv(["pwd"]), directory: "/"))), reporting: recorder.report)
        #expect(recorder.text(.stdout) == "/\n")
    }

    @Test(arguments: ["/", "..", "sub/../..", "link"])
    func `a confined command cannot leave the base directory`(_ name: String) async throws {
        try directory.directory("sub")
        try directory.link("link", to: "/usr")
        let confined = CommandExecutor(
            options: .init(baseDirectory: directory.path, allowsOutsideDirectories: false))
        let failure = try await confined.failure(of: .test(.command(CommandAction(.argv(["true"]), directory: name))))
        #expect(failure.code == .notPermitted)
        #expect(!failure.isRetryable)
    }

    @Test func `a directory whose name only starts like the base is outside`() async throws {
        try directory.directory("base")
        try directory.directory("base-of-others")
        let confined = CommandExecutor(
            options: .init(baseDirectory: "\(directory.path)/base", allowsOutsideDirectories: false))
        let failure = try await confined.failure(
            of: .test(.command(CommandAction(.argv(["true"]), directory: "../base-of-others"))))
        #expect(failure.code == .notPermitted)
    }

    @Test func `a confined command may use what lies below the base`() async throws {
        try directory.directory("sub/deeper")
        try directory.link("link", to: "sub/deeper")
        let recorder = ProgressRecorder()
        let confined = CommandExecutor(
            options: .init(baseDirectory: directory.path, allowsOutsideDirectories: false))
        _ = try await confined.run(
            .test(.command(CommandAction(.argv(["pwd"]), directory: "link"))), reporting: recorder.report)
        #expect(recorder.text(.stdout) == "\(directory.path)/sub/deeper\n")
    }

    @Test func `a program is looked up in the PATH that the child gets`() async throws {
        try directory.script("bin/tool", "echo mine")
        let recorder = ProgressRecorder()
        let action = CommandAction(.argv(["tool"]), environment: ["PATH": "relative:\(directory.path)/bin"])
        _ = try await executor.run(.test(.command(action)), reporting: recorder.report)
        #expect(recorder.text(.stdout) == "mine\n")
    }
}
