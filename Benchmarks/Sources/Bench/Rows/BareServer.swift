import Hummingbird
import Logging

/// What a bare Hummingbird router makes of the same requests: no store, no checks, one small answer.
enum BareServer {
    static let status = Status(
        id: "01JABCDEF0123456789ABCDEFG", state: "running", step: 2, steps: 5, attempts: 1,
        createdAt: "2026-01-01T00:00:00Z", startedAt: "2026-01-01T00:00:01Z", progress: 0.4)
    static let tag = "\"r42\""

    static func run() async throws {
        let router = Router()
        router.get("jobs/:id") { _, context in
            var status = status
            status.id = try context.parameters.require("id")
            return status
        }
        router.get("unchanged/:id") { request, _ in
            Response(status: request.headers[.ifNoneMatch] == tag ? .notModified : .ok, headers: [.eTag: tag])
        }
        router.post("jobs") { request, context in
            let submission = try await request.decode(as: Submission.self, context: context)
            return EditedResponse(
                status: .accepted,
                response: Accepted(id: "\(submission.name)-\(submission.steps.count)", state: "queued"))
        }
        var logger = Logger(label: "bare")
        logger.logLevel = .error
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { Console.print("http://127.0.0.1:\($0.localAddress?.port ?? 0)") }, logger: logger)
        try await application.runService()
    }

    struct Status: ResponseCodable {
        var id: String
        var state: String
        var step: Int
        var steps: Int
        var attempts: Int
        var createdAt: String
        var startedAt: String
        var progress: Double
    }

    struct Submission: Decodable {
        var name: String
        var steps: [Step]
    }

    struct Step: Decodable {
        var name: String
        var http: Target
    }

    struct Target: Decodable { var url: String }

    struct Accepted: ResponseCodable {
        var id: String
        var state: String
    }
}
