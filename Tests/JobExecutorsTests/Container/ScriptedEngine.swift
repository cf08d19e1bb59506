import JobCore
import JobExecutors
import JobTesting
import JobTransport

/// An engine that answers from a script.
struct ScriptedEngine {
    /// What the engine says to one request.
    struct Answer {
        var method: HTTPMethod
        /// How the path begins, after the version.
        var path: String
        var status: Int
        var body: String
        var failure: TransportError?

        static func on(_ method: HTTPMethod, _ path: String, _ status: Int, _ body: String = "") -> Answer {
            Answer(method: method, path: path, status: status, body: body)
        }

        static func on(_ method: HTTPMethod, _ path: String, fail code: TransportError.Code) -> Answer {
            let error = TransportError(code, operation: "\(method) http://docker", detail: "scripted")
            return Answer(method: method, path: path, status: 0, body: "", failure: error)
        }
    }

    static let version = Answer.on(
        .get, "/version", 200, #"{"Version": "20.10.24", "ApiVersion": "1.41", "MinAPIVersion": "1.12"}"#)
    static let noLeftovers = Answer.on(.get, "/containers/json", 200, "[]")
    static let image = Answer.on(.get, "/images/", 200, #"{"Id": "sha256:aa", "RepoDigests": ["alpine@sha256:bb"]}"#)
    static let noImage = Answer.on(.get, "/images/", 404, #"{"message": "no such image"}"#)
    static let created = Answer.on(.post, "/containers/create", 201, #"{"Id": "c1", "Warnings": []}"#)
    static let attached = Answer.on(.post, "/containers/c1/attach", 200)
    static let started = Answer.on(.post, "/containers/c1/start", 204)
    static let waited = Answer.on(.post, "/containers/c1/wait", 200, #"{"StatusCode": 0}"#)
    static let removed = Answer.on(.delete, "/containers/jobkit-", 204)

    /// What comes before the container is created.
    static let prelude = [version, noLeftovers, image]

    static func ended(_ code: Int, isOutOfMemory: Bool = false) -> Answer {
        .on(
            .get, "/containers/c1/json", 200,
            #"{"Image": "sha256:aa", "State": {"ExitCode": \#(code), "OOMKilled": \#(isOutOfMemory), "Error": ""}}"#)
    }

    let transport: ScriptedTransport
    let executor: ContainerExecutor

    init(_ answers: [Answer], time: TimeSource = .system, options: ContainerExecutor.Options = .init()) {
        transport = ScriptedTransport(answers.map(Self.expectation))
        var options = options
        options.engine = .socket("/nonexistent/engine.sock")
        executor = ContainerExecutor(
            transport: transport, options: options, time: time, random: RandomSource { 7 })
    }

    private static func expectation(_ answer: Answer) -> ScriptedTransport.Expectation {
        ScriptedTransport.Expectation("\(answer.method) \(answer.path)") { request in
            request.method == answer.method && path(of: request).hasPrefix(answer.path)
        } answer: { _ in
            if let failure = answer.failure { throw failure }
            return HTTPResponse(status: answer.status, body: HTTPBody(Array(answer.body.utf8)))
        }
    }

    /// The path without the version, with the query.
    static func path(of request: HTTPRequest) -> String {
        let path = request.url.drop { $0 != "/" }.dropFirst(2).drop { $0 != "/" }
        return String(path.hasPrefix("/v1.") ? path.dropFirst().drop { $0 != "/" } : path)
    }

    /// The requests so far, as `POST /containers/create`, without queries.
    var calls: [String] {
        transport.requests.map { recorded in
            "\(recorded.request.method) \(Self.path(of: recorded.request).prefix { $0 != "?" })"
        }
    }
}

extension StepInvocation {
    /// A container step.
    static func container(
        _ words: String..., image: String = "alpine:3.20", _ change: (inout ContainerAction) -> Void = { _ in }
    ) -> StepInvocation {
        var action = ContainerAction(image: image, command: words.isEmpty ? nil : words)
        change(&action)
        return .test(.container(action))
    }
}
