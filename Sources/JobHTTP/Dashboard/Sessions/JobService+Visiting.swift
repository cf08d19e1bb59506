internal import HTTPTypes
internal import Hummingbird
internal import JobCore

extension JobService {
    /// Who looks at a page; nil when that is not known and must be.
    ///
    /// - Parameters:
    ///   - request: the request for the page.
    ///   - isCounted: whether this is a request of its own, and no further look of a stream.
    /// - Throws: ``Problem`` with 429 when the caller asks too often.
    func visitor(of request: JobRequest, isCounted: Bool = true) async throws -> Visitor? {
        if case .none = configuration.access {
            return Visitor(
                principal: .local, word: GuestCookie.word(of: request.request) ?? GuestCookie.newWord(),
                isSignedIn: false)
        }
        // The session is asked by itself: it counts for reading here, whatever the method, and forms are checked apart.
        if let sessions = authenticator.sessions, let session = sessions.word(of: request.request),
            let principal = try await sessions.principal(of: request.request, formWord: session)
        {
            if isCounted { try authenticator.limit(principal) }
            return Visitor(principal: principal, word: session, isSignedIn: true)
        }
        // Asked again with each look of a stream, which may last longer than its token.
        guard request.headers[.authorization] != nil else { return nil }
        let principal = try await authenticator.admit(request.request, to: .own)
        guard principal != .nobody else { return nil }
        if isCounted { try authenticator.limit(principal) }
        return Visitor(principal: principal, word: nil, isSignedIn: false)
    }

    /// Refuses a form that was not made by a page of ours in the same browser.
    ///
    /// - Throws: ``Problem`` with 403.
    func checkWord(of form: Form, _ request: JobRequest, _ visitor: Visitor?) throws(Problem) {
        let wanted = visitor?.isSignedIn == true ? visitor?.word : GuestCookie.word(of: request.request)
        guard let wanted, TokenText.areEqual(Array(form["word"].utf8), Array(wanted.utf8)) else {
            throw .forbidden("the form is too old or not of this page; reload the page and try again")
        }
        // Browsers that say where a request comes from are believed when they say that it is another site.
        if let name = HTTPField.Name("Sec-Fetch-Site"), let site = request.headers[name],
            !["same-origin", "none"].contains(site)
        {
            throw .forbidden("the form came from another site")
        }
    }
}
