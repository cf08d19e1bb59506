import Glibc
import JobCore
import JobExecutors
import JobTesting
import JobTransport
import Testing

/// What becomes of a step when the engine or the registry does not do as it should.
@Suite struct EngineFailureTests {
    struct Case: CustomTestStringConvertible {
        var name: String
        var answers: [ScriptedEngine.Answer]
        var code: FailureCode
        var isRetryable: Bool
        var text: String

        var testDescription: String { name }
    }

    private static func pull(_ name: String, _ answer: ScriptedEngine.Answer, _ code: FailureCode, _ isRetryable: Bool)
        -> Case
    {
        Case(
            name: name, answers: [ScriptedEngine.version, ScriptedEngine.noLeftovers, ScriptedEngine.noImage, answer],
            code: code, isRetryable: isRetryable, text: "pulling the image alpine:3.20")
    }

    private static func inStream(_ message: String) -> ScriptedEngine.Answer {
        .on(
            .post, "/images/create?fromImage=alpine&tag=3.20", 200,
            #"{"status": "Pulling from library/alpine", "id": "3.20"}"# + "\r\n"
                + #"{"errorDetail": {"message": "\#(message)"}, "error": "\#(message)"}"#)
    }

    private static func status(_ status: Int, _ message: String) -> ScriptedEngine.Answer {
        .on(.post, "/images/create?fromImage=alpine&tag=3.20", status, #"{"message": "\#(message)"}"#)
    }

    private static func refusal(
        _ name: String, _ answers: [ScriptedEngine.Answer], _ code: FailureCode, _ isRetryable: Bool, _ text: String
    ) -> Case {
        Case(
            name: name, answers: ScriptedEngine.prelude + answers + [ScriptedEngine.removed], code: code,
            isRetryable: isRetryable, text: text)
    }

    private static let started = [ScriptedEngine.created, ScriptedEngine.attached]

    static let cases: [Case] = [
        pull("no such tag", status(404, "manifest for alpine:3.20 not found: manifest unknown"), .invalidStep, false),
        pull("no such repository", inStream("pull access denied, repository does not exist"), .invalidStep, false),
        pull("other platform", inStream("no matching manifest for linux/arm64"), .invalidStep, false),
        pull("no permission", status(500, "Get x: unauthorized: authentication required"), .notPermitted, false),
        pull("registry down", status(500, "dial tcp 127.0.0.1:1: connect: connection refused"), .unavailable, true),
        pull("no name server", status(500, "dial tcp: lookup registry: no such host"), .unavailable, true),
        pull(
            "too many requests", inStream("toomanyrequests: You have reached your pull rate limit"), .unavailable, true),
        pull("disk full", inStream("write /data: no space left on device"), .unavailable, true),
        pull(
            "connection lost", .on(.post, "/images/create", fail: .receiveFailed), .unavailable, true),
        refusal(
            "bad setting", [.on(.post, "/containers/create", 400, #"{"message": "Range of CPUs is from 0.01 to 2"}"#)],
            .invalidStep, false, "Range of CPUs"),
        refusal(
            "engine in trouble", [.on(.post, "/containers/create", 500, #"{"message": "no space left on device"}"#)],
            .unavailable, true, "creating the container failed: no space left"),
        refusal(
            "plug-in refuses", [.on(.post, "/containers/create", 403, #"{"message": "authorization denied"}"#)],
            .notPermitted, false, "authorization denied"),
        refusal(
            "no such command",
            started + [
                .on(.post, "/containers/c1/start", 400, #"{"message": "exec: \"x\": executable file not found"}"#)
            ],
            .invalidStep, false, "executable file not found"),
        refusal(
            "no such user",
            started + [.on(.post, "/containers/c1/start", 500, #"{"message": "unable to find user x"}"#)],
            .invalidStep, false, "unable to find user x"),
        refusal(
            "no such network",
            started + [.on(.post, "/containers/c1/start", 404, #"{"message": "network x not found"}"#)],
            .invalidStep, false, "network x not found"),
        refusal(
            "engine restarts",
            started + [ScriptedEngine.started, .on(.post, "/containers/c1/wait", fail: .connect)],
            .unavailable, true, "engine went away while the container ran"),
        refusal(
            "removed by hand",
            started + [
                ScriptedEngine.started, .on(.post, "/containers/c1/wait", 404, #"{"message": "No such container"}"#),
            ],
            .unavailable, true, "removed by somebody else"),
        Case(
            name: "old engine",
            answers: [
                .on(.get, "/version", 200, #"{"Version": "18.09", "ApiVersion": "1.39", "MinAPIVersion": "1.12"}"#)
            ],
            code: .unavailable, isRetryable: false, text: "engine 18.09 speaks 1.12 to 1.39"),
        Case(
            name: "new engine",
            answers: [.on(.get, "/version", 200, #"{"Version": "99", "ApiVersion": "1.99", "MinAPIVersion": "1.90"}"#)],
            code: .unavailable, isRetryable: false, text: "update the older"),
        Case(
            name: "no engine", answers: [.on(.get, "/version", 200, "<html>")], code: .unavailable, isRetryable: true,
            text: "no JSON"),
        Case(
            name: "no socket", answers: [.on(.get, "/version", fail: .connect)], code: .unavailable, isRetryable: true,
            text: "there is no /nonexistent/engine.sock; start the engine"),
    ]

    @Test("Each trouble is told apart, and says what to do", arguments: cases)
    func told(_ sample: Case) async throws {
        let engine = ScriptedEngine(sample.answers)
        let failure = try await engine.executor.failure(of: .container("true"))

        #expect(failure.code == sample.code, "\(failure)")
        #expect(failure.isRetryable == sample.isRetryable, "\(failure)")
        #expect(failure.message.contains(sample.text), "\(failure)")
        // Also shows that a container that may exist was removed.
        try engine.transport.verifyComplete()
    }

    @Test("A socket that is closed to this user is told apart from one where nobody listens")
    func permission() async throws {
        let directory = try TemporaryDirectory()
        let path = try directory.file("engine.sock")
        let transport = ScriptedTransport([
            .on(.get, "http://docker/version", fail: TransportError(.connect, operation: "GET", detail: "refused"))
        ])
        let executor = ContainerExecutor(transport: transport, options: .init(engine: .socket(path)))
        let failure = try await executor.failure(of: .container("true"))

        #expect(failure.code == .unavailable)
        #expect(failure.message.contains("nobody answers at \(path)"), "\(failure)")
        let closed = DockerEngine.cannotConnect(EACCES, socketPath: path, "asking")
        #expect(closed.kind == .permissionDenied)
        #expect(closed.description.contains("add the user to the engine's group"))
    }

    @Test("The removal is tried again until the engine is back", .timeLimit(.minutes(1)))
    func removalRetried() async throws {
        let time = ManualTime()
        let engine = ScriptedEngine(
            ScriptedEngine.prelude + [
                ScriptedEngine.created, ScriptedEngine.attached, ScriptedEngine.started, ScriptedEngine.waited,
                ScriptedEngine.ended(0), .on(.delete, "/containers/jobkit-", fail: .connect), ScriptedEngine.removed,
            ], time: time.source)
        let recorder = ProgressRecorder()
        async let output = engine.executor.run(.container("true"), reporting: recorder.report)
        try await time.waitForSleepers(1)
        time.advance(by: .seconds(1))

        #expect(try await output.exitCode == 0)
        #expect(recorder.notes.isEmpty)
        try engine.transport.verifyComplete()
    }

    @Test("News of exhausted memory that come after the end are believed")
    func lateNews() async throws {
        let engine = ScriptedEngine(
            ScriptedEngine.prelude + [
                ScriptedEngine.created, ScriptedEngine.attached, ScriptedEngine.started, ScriptedEngine.waited,
                ScriptedEngine.ended(137), .on(.get, "/events", 200, #"{"Action": "oom"}"#), ScriptedEngine.removed,
            ])
        let failure = try await engine.executor.failure(of: .container("x") { $0.memory = .mebibytes(16) })

        #expect(failure.code == "out_of_memory")
        #expect(failure.isRetryable)
        #expect(failure.message.contains("16MiB"))
        #expect(failure.output?.exitCode == 137)
        #expect(failure.output?.details["oomKilled"] == true)
    }

    @Test("A pull tells a bounded number of lines")
    func boundedNotes() async throws {
        let layers = (0..<100).map { #"{"status": "Pull complete", "id": "layer\#($0)"}"# }
        let busy = (0..<100).map { #"{"status": "Downloading", "id": "layer\#($0)", "progressDetail": {}}"# }
        let last = [#"{"status": "Status: Downloaded newer image for alpine:3.20"}"#]
        let engine = ScriptedEngine(
            [ScriptedEngine.version, ScriptedEngine.noLeftovers, ScriptedEngine.noImage]
                + [.on(.post, "/images/create", 200, (busy + layers + last).joined(separator: "\n"))]
                + [
                    ScriptedEngine.image, ScriptedEngine.created, ScriptedEngine.attached, ScriptedEngine.started,
                    ScriptedEngine.waited, ScriptedEngine.ended(0), ScriptedEngine.removed,
                ])
        let recorder = ProgressRecorder()
        let output = try await engine.executor.run(.container("true"), reporting: recorder.report)

        #expect(recorder.notes.first == "pulling alpine:3.20")
        #expect(recorder.notes.last == "Status: Downloaded newer image for alpine:3.20")
        #expect(recorder.notes.count <= 25)
        #expect(output.details["digest"] == "alpine@sha256:bb")
    }

    @Test("A step that is cancelled while its image is pulled creates no container", .timeLimit(.minutes(1)))
    func cancelledPull() async throws {
        let engine = ScriptedEngine([ScriptedEngine.version, ScriptedEngine.noLeftovers, ScriptedEngine.noImage])
        let gate = AnswerGate()
        engine.transport.expect(
            .init("the pull", where: { $0.url.contains("/images/create") }) { _ in
                try await gate.wait()
                return HTTPResponse(status: 200)
            })
        let recorder = ProgressRecorder()
        let run = Task { try await engine.executor.run(.container("true"), reporting: recorder.report) }
        await recorder.waitFor("pulling alpine:3.20")
        run.cancel()

        await #expect(throws: CancellationError.self) { try await run.value }
        #expect(!engine.calls.contains("POST /containers/create"))
    }

    struct Complaint: CustomTestStringConvertible {
        var line: String
        var exitCode: Int
        var code: FailureCode
        var testDescription: String { "\(line), \(exitCode)" }
    }

    @Test(
        "What the engine's init says about a command that it cannot start is told apart from what programs say",
        arguments: [
            Complaint(line: "[FATAL tini (7)] exec x failed: Not found", exitCode: 127, code: .invalidStep),
            Complaint(line: "[FATAL tini (7)] exec x failed: Denied", exitCode: 126, code: .invalidStep),
            Complaint(line: "ERROR (catatonit:6): failed to exec pid1: Not found", exitCode: 1, code: .invalidStep),
            Complaint(line: "[FATAL tini (7)] exec x failed", exitCode: 3, code: .exitCode),
            Complaint(line: "sh: x: not found", exitCode: 127, code: .exitCode),
        ])
    func complaint(_ sample: Complaint) async throws {
        let bytes = Array("\(sample.line)\n".utf8)
        let frame = "\u{2}\0\0\0\0\0\0" + String(UnicodeScalar(UInt8(bytes.count))) + "\(sample.line)\n"
        let engine = ScriptedEngine(
            ScriptedEngine.prelude + [
                ScriptedEngine.created, .on(.post, "/containers/c1/attach", 200, frame), ScriptedEngine.started,
                ScriptedEngine.waited, ScriptedEngine.ended(sample.exitCode), ScriptedEngine.removed,
            ])
        let recorder = ProgressRecorder()
        let failure = try await engine.executor.failure(of: .container("x"), recorder)

        #expect(failure.code == sample.code, "\(failure)")
        #expect(failure.isRetryable == (sample.code == .exitCode))
        #expect(recorder.text(.stderr) == "\(sample.line)\n")
    }
}
