internal import HTTPTypes
internal import Hummingbird
internal import JobCore
internal import Logging
internal import NIOHTTP1

/// Lets callers in to one route and turns what it throws into problem details.
struct RouteResponder<Context: RequestContext>: HTTPResponder {
    private let service: JobService
    private let route: Route

    init(_ service: JobService, _ route: Route) {
        self.service = service
        self.route = route
    }

    func respond(to request: Request, context: Context) async throws -> Response {
        do {
            let principal = try await service.authenticator.admit(request, to: route.access)
            let response = try await route.handler(
                JobRequest(
                    request: request, principal: principal, parameters: context.parameters,
                    bodyLimit: Int(service.configuration.bodyLimit.bytes)))
            return request.method == .head ? Self.head(of: response) : response
        } catch let error as HTTPParserError {
            // The server answers these itself, with 400, and closes the connection.
            throw error
        } catch {
            let response = refusal(of: error, request)
            return request.method == .head ? response.createHeadResponse() : response
        }
    }

    /// The answer without its body.
    ///
    /// Nobody knows the length of a stream, so none is told where ``ConnectionGuard`` ends such an answer; other servers
    /// would write the end of a stream that was never begun.
    private static func head(of response: Response) -> Response {
        guard response.body.contentLength == nil, Delivery.current != nil else { return response.createHeadResponse() }
        return Response(
            status: response.status, headers: response.headers, body: ResponseBody { try await $0.finish(nil) })
    }

    private func refusal(of error: any Error, _ request: Request) -> Response {
        var problem =
            Problem(error)
            ?? Problem(.internalServerError, code: "failed", "the server failed; its log says how")
        if problem.status.code >= 500 {
            service.logger.error(
                "A call failed",
                metadata: ["http.route": "\(route.path)", "http.method": "\(route.method)", "error": "\(error)"])
        }
        // A long body that nobody reads must not be sent to its end.
        if Self.hasLongBody(request) { problem.headers[.connection] = "close" }
        return problem.response
    }

    private static func hasLongBody(_ request: Request) -> Bool {
        if request.headers.value(.transferEncoding) != nil { return true }
        return request.headers.value(.contentLength).flatMap(Int.init).map { $0 > 65_536 } ?? false
    }
}

/// Answers the methods that a path does not have.
struct NotAllowedResponder<Context: RequestContext>: HTTPResponder {
    private let problem: Problem

    init(allowed: [HTTPRequest.Method]) {
        let names = allowed.map(\.rawValue).sorted().joined(separator: ", ")
        problem = Problem(
            .methodNotAllowed, code: "methodNotAllowed", "this path takes only \(names)", headers: [.allow: names])
    }

    func respond(to request: Request, context: Context) async throws -> Response {
        let response = problem.response
        return request.method == .head ? response.createHeadResponse() : response
    }
}

/// Answers paths that there are not.
struct NotFoundMiddleware<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let response = Problem.notFound("there is nothing at this path").response
        return request.method == .head ? response.createHeadResponse() : response
    }
}
