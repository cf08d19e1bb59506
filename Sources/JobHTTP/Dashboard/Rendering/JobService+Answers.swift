internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import JobCore
internal import Logging

extension JobService {
    /// The answer with a whole page.
    func page(
        _ screen: Screen, _ request: JobRequest, _ visitor: Visitor, status: HTTPResponse.Status = .ok
    ) -> Response {
        var view = frame(visitor, title: screen.title, section: screen.section)
        view.add(screen.view)
        view["live"] = screen.live.map { configuration.pathPrefix + $0 }
        view["done"] = request.request.method == .get ? Self.doneText(request.request.uri.query) : nil
        var response = html(Templates.dashboard.render(view, screen.template), status)
        if !visitor.isSignedIn, let word = visitor.word, GuestCookie.word(of: request.request) == nil {
            response.headers[.setCookie] = GuestCookie.cookie(word, configuration)
        }
        return response
    }

    /// Runs what answers a browser, and turns what it throws into a page.
    func answering(
        _ request: JobRequest, _ body: () async throws -> Response
    ) async -> Response {
        do {
            return try await body()
        } catch {
            let failed = Problem(.internalServerError, code: "failed", "the server failed; its log says how")
            let problem = Problem(error) ?? failed
            if problem.status.code >= 500 {
                logger.error(
                    "A page failed", metadata: ["http.path": "\(request.request.uri.path)", "error": "\(error)"])
            }
            return await problemPage(problem, request)
        }
    }

    private func problemPage(_ problem: Problem, _ request: JobRequest) async -> Response {
        let visitor = try? await visitor(of: request, isCounted: false)
        var view = frame(visitor, title: problem.status.reasonPhrase)
        let id = request.parameters.get("id").flatMap { JobID($0) }
        let isForm = request.request.method == .post
        view["headline"] = problem.status.reasonPhrase
        view["detail"] = problem.detail.prefix(1).uppercased() + problem.detail.dropFirst() + "."
        view["hasErrors"] = !problem.errors.isEmpty
        view["errors"] = problem.errors.map { View(["path": $0.path, "message": $0.message]) }
        view["back"] = id.map { isForm ? "/jobs/\($0)" : "/jobs" } ?? "/"
        view["backLabel"] = id.map { _ in isForm ? "Back to the job" : "All jobs" } ?? "Overview"
        var response = html(Templates.dashboard.render(view, "problem"), problem.status)
        for field in problem.headers { response.headers[field.name] = field.value }
        return response
    }

    /// An answer of HTML that may do nothing but what our own files do.
    ///
    /// Source: https://www.w3.org/TR/CSP3/
    func html(_ text: String, _ status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: Self.pageHeaders, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// The way to another page of the dashboard.
    func redirect(to path: String) -> Response {
        var headers = Self.pageHeaders
        headers[.contentType] = nil
        headers[.location] = configuration.pathPrefix + path
        return Response(status: .seeOther, headers: headers)
    }

    private static let pageHeaders: HTTPFields = {
        var headers: HTTPFields = [
            .contentType: "text/html; charset=utf-8", .cacheControl: "private, no-store",
            .xContentTypeOptions: "nosniff", .vary: "Cookie",
            .contentSecurityPolicy:
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ]
        let others = [
            ("Referrer-Policy", "same-origin"), ("X-Frame-Options", "DENY"),
            ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
        ]
        for (name, value) in others {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        return headers
    }()
}
