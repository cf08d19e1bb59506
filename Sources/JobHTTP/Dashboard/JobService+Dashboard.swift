internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import JobCore

extension JobService {
    /// The dashboard: pages for browsers that show what the API shows and do what it does.
    ///
    /// The pages work without scripts; with them they keep themselves up to date. They stand at the top of where the
    /// service is mounted, beside `/v1`, and need its session and its routes for logs and artifacts there.
    public var dashboard: [Route] {
        [
            Route(.get, "/", access: .own) { try await show($0) { visitor, _ in try await overviewScreen(visitor) } },
            Route(.get, "/jobs", access: .own) { try await showJobs($0) },
            Route(.get, "/jobs/{id}", access: .own) { try await showJob($0) },
            Route(.get, "/queues", access: .own) {
                try await show($0) { visitor, _ in try await queuesScreen(visitor) }
            },
            Route(.get, "/workers", access: .own) {
                try await show($0) { visitor, _ in try await workersScreen(visitor) }
            },
            Route(.get, "/submit", access: .own) {
                try await show($0) { visitor, _ in submitScreen(visitor, file: exampleFile) }
            },
            Route(.post, "/submit", access: .own) { try await act($0, submitFromPage) },
            Route(.post, "/jobs/{id}/{action}", access: .own) {
                try await act($0) { request, visitor, _ in try await actOnJob(request, visitor) }
            },
            Route(.post, "/queues/{name}/{action}", access: .own) { try await act($0, actOnQueue) },
            Route(.post, "/workers/{name}/drain", access: .own) {
                try await act($0) { request, visitor, _ in try await drainFromPage(request, visitor) }
            },
            Route(.get, "/login", access: .own) { request in
                await answering(request) { try await showLogin(request) }
            },
            Route(.post, "/login", access: .own) { request in
                await answering(request) { try await logIn(request) }
            },
            Route(.post, "/logout", access: .own) { request in
                await answering(request) { try await logOut(request) }
            },
            Route(.get, "/assets/{name}", access: .open) { request in
                guard let asset = Asset.all[try request.parameter("name")] else {
                    throw Problem.notFound("there is no such file")
                }
                return asset.response(to: request.request)
            },
        ] + dashboardStreams
    }

    private func showJobs(_ request: JobRequest) async throws -> Response {
        let query = request.request.uri.query
        if let search = try? JobSearch(query: query), let id = search.id { return redirect(to: "/jobs/\(id)") }
        return try await show(request) { visitor, _ in try await jobsScreen(visitor, query: query) }
    }

    private func showJob(_ request: JobRequest) async throws -> Response {
        try await show(request) { visitor, request in
            let id = try request.jobID()
            var screen = try await jobScreen(visitor, id)
            screen.view.add(try await logFields(of: id, request, visitor))
            return screen
        }
    }

    /// Answers with a page, or with the way to the login form.
    private func show(
        _ request: JobRequest, _ make: (Visitor, JobRequest) async throws -> Screen
    ) async throws -> Response {
        await answering(request) {
            guard let visitor = try await visitor(of: request) else {
                let to = PercentCoding.encode(Self.localPath(self.path(of: request)))
                return redirect(to: to == "%2F" ? "/login" : "/login?to=\(to)")
            }
            guard visitor.principal.has(.read) else {
                throw Problem.forbidden("this token may not look at jobs: it needs the scope read")
            }
            return page(try await make(visitor, request), request, visitor)
        }
    }

    /// Does what a form asks for.
    private func act(
        _ request: JobRequest, _ action: (JobRequest, Visitor, Form) async throws -> Response
    ) async throws -> Response {
        await answering(request) {
            guard let visitor = try await visitor(of: request) else { return redirect(to: "/login") }
            // Letters that browsers escape take three bytes each.
            let form = try await Form(of: request, upTo: 3 * Int(configuration.bodyLimit.bytes) + 4_096)
            try checkWord(of: form, request, visitor)
            return try await action(request, visitor, form)
        }
    }

    /// The path of a request below the dashboard, with its query.
    private func path(of request: JobRequest) -> String {
        let path = request.request.uri.string
        let prefix = configuration.pathPrefix
        return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
    }
}
