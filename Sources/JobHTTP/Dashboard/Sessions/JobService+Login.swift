internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import JobCore

extension JobService {
    /// `GET /login`: the form that takes a token.
    func showLogin(_ request: JobRequest) async throws -> Response {
        if try await visitor(of: request) != nil { return redirect(to: "/") }
        let to = JobSearch.value("to", in: request.request.uri.query)
        return loginPage(request, to: Self.localPath(to), failed: nil)
    }

    /// `POST /login`: begins a session of a token.
    func logIn(_ request: JobRequest) async throws -> Response {
        let form = try await Form(of: request, upTo: 16_384)
        try checkWord(of: form, request, nil)
        let to = Self.localPath(form["to"])
        guard let text = TokenText(form["token"].trimmingSpaces()) else {
            return loginPage(request, to: to, failed: "This is no access token: it begins with jk_.")
        }
        let principal: Principal
        do {
            principal = try await authenticator.principal(of: text)
        } catch let problem as Problem where problem.status == .unauthorized {
            return loginPage(request, to: to, failed: "This token is not known, has expired or was revoked.")
        }
        guard principal.has(.read) else {
            return loginPage(request, to: to, failed: "This token may not look at jobs: it needs the scope read.")
        }
        var response = redirect(to: to)
        response.headers[.setCookie] = try await authenticator.sessions?.begin(text)
        return response
    }

    /// `POST /logout`: ends the session of this browser.
    func logOut(_ request: JobRequest) async throws -> Response {
        let form = try await Form(of: request, upTo: 4_096)
        try checkWord(of: form, request, try await visitor(of: request))
        var response = redirect(to: "/login")
        response.headers[.setCookie] = try await authenticator.sessions?.end(of: request.request)
        return response
    }

    private func loginPage(_ request: JobRequest, to: String, failed: String?) -> Response {
        var view = frame(nil, title: "Sign in")
        let known = GuestCookie.word(of: request.request)
        let word = known ?? GuestCookie.newWord()
        view["word"] = word
        view["to"] = to
        view["failed"] = failed
        var response = html(Templates.dashboard.render(view, "login"), failed == nil ? .ok : .forbidden)
        if known == nil { response.headers[.setCookie] = GuestCookie.cookie(word, configuration) }
        return response
    }

    /// A path of the dashboard; whatever else a caller names becomes its top.
    static func localPath(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte)
                || "/-._~?&=%:+".utf8.contains(byte)
        }
        guard isPlain, text.hasPrefix("/"), !text.hasPrefix("//"), text.utf8.count <= 2_000 else { return "/" }
        return text
    }
}
