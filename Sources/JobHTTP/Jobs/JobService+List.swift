internal import HTTPTypes
internal import Hummingbird
internal import JobCore

extension JobService {
    /// `GET /v1/jobs`: the jobs that a filter lets pass, newest first, in pages.
    func listJobs(_ request: JobRequest) async throws -> Response {
        let listing = try JobListing(query: request.request.uri.query)
        var filter = listing.filter
        let principal = request.principal
        if listing.isImpossible { return page(JobPage(jobs: [], next: nil), listing) }
        if let attempt = principal.attempt {
            // Such a token belongs to one job, and there is no reason to look through all of them.
            let job = try await store.job(attempt.job)
            let jobs = job.map { principal.mayRead($0) && filter.matches($0, at: time.now) ? [$0] : [] } ?? []
            return page(JobPage(jobs: jobs, next: nil), listing)
        }
        if !principal.queues.isEmpty {
            filter.queues = filter.queues.isEmpty ? principal.queues : filter.queues.intersection(principal.queues)
            if filter.queues.isEmpty { return page(JobPage(jobs: [], next: nil), listing) }
        }
        return page(try await store.page(filter, after: listing.after, limit: listing.limit), listing)
    }

    private func page(_ page: JobPage, _ listing: JobListing) -> Response {
        let now = time.now
        let next = page.next.map { "\(configuration.pathPrefix)/v1/jobs?\(listing.query(after: $0))" }
        var headers: HTTPFields = [:]
        if let next, let link = HTTPField.Name("Link") { headers[link] = "<\(next)>; rel=\"next\"" }
        return Response(
            json: [
                "jobs": .array(page.jobs.map { $0.json(at: now) }), "next": next.map(JSONValue.string) ?? .null,
            ],
            headers: headers)
    }
}
