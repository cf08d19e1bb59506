internal import HummingbirdCore
internal import JobCore

extension JobService {
    /// The most bytes of a log that one page or one event shows.
    static let logPart = 256 << 10

    /// The part of a job's log that its page shows at first.
    func logFields(of id: JobID, _ request: JobRequest, _ visitor: Visitor) async throws -> View {
        let query = request.request.uri.query
        let from = LogPosition(JobSearch.value("log", in: query)) ?? LogPosition()
        let job = try await visibleJob(id, for: visitor.principal)
        var text = LogText(steps: job.spec.steps.map(\.name), from: from)
        guard let page = try await store.log(of: id, from: from.offset, limit: Self.logPart) else {
            throw Problem.noSuchJob
        }
        let pieces = text.add(page)
        let isMore = try await hasMore(id, page)
        let path = "\(configuration.pathPrefix)/jobs/\(id)"
        return View([
            "log": pieces, "hasLog": !pieces.isEmpty, "logPosition": text.position.text,
            "logEarlier": from.offset > 0 ? path : nil,
            "logNext": isMore ? "\(path)?log=\(text.position.text)#log" : nil,
        ])
    }

    private func hasMore(_ id: JobID, _ page: LogPage) async throws -> Bool {
        guard !page.entries.isEmpty, !page.isComplete else { return false }
        return try await store.log(of: id, from: page.nextOffset, limit: 1)?.entries.isEmpty == false
    }
}
