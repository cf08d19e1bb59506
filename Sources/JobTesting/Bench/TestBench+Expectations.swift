public import JobCore
public import Testing

/// Expectations that say what was there instead when they are not met.
extension TestBench {
    /// Expects matching jobs to have been stored.
    ///
    /// - Parameters:
    ///   - match: which jobs.
    ///   - count: how many; nil for at least one.
    ///   - sourceLocation: where an issue is shown.
    /// - Returns: the matching jobs as they were stored, in order.
    @discardableResult
    public func expectEnqueued(
        _ match: JobMatch, count: Int? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) -> [Job] {
        let found = enqueued(match)
        if count.map({ $0 == found.count }) ?? !found.isEmpty { return found }
        let wanted = count.map { "\($0) job\($0 == 1 ? "" : "s")" } ?? "a job"
        reporter.report(
            "expected \(wanted) with \(match) to be enqueued, found \(found.count) among \(differences(from: match))",
            at: sourceLocation)
        return found
    }

    /// Expects jobs that call a handler, and gives their inputs.
    ///
    /// - Parameters:
    ///   - handler: the handler.
    ///   - count: how many; nil for at least one.
    ///   - sourceLocation: where an issue is shown.
    ///   - matches: what the inputs must be like.
    /// - Returns: the inputs of the matching jobs, in order.
    @discardableResult
    public func expectEnqueued<Input, Output>(
        _ handler: JobHandler<Input, Output>, count: Int? = nil, sourceLocation: SourceLocation = #_sourceLocation,
        where matches: @escaping @Sendable (Input) -> Bool = { _ in true }
    ) -> [Input] {
        expectEnqueued(.calling(handler, where: matches), count: count, sourceLocation: sourceLocation).flatMap { job in
            job.spec.steps.compactMap { step -> Input? in
                guard case .handler(let action) = step.action, action.name == handler.name,
                    let input = try? action.input.decode(Input.self), matches(input)
                else { return nil }
                return input
            }
        }
    }

    /// Expects that no matching job has been stored.
    public func expectNoneEnqueued(_ match: JobMatch = .any, sourceLocation: SourceLocation = #_sourceLocation) {
        let found = enqueued(match)
        if found.isEmpty { return }
        let names = found.map { "\($0.spec.name) (\($0.id))" }.joined(separator: ", ")
        reporter.report("expected no job with \(match) to be enqueued, found \(names)", at: sourceLocation)
    }

    /// Expects a job to have had exactly these statuses, in order.
    public func expectHistory(
        of id: JobID, _ statuses: [JobStatus], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let history = history(of: id)
        if history.map(\.status) == statuses { return }
        let wanted = statuses.map(\.rawValue).joined(separator: ", ")
        let found = history.isEmpty ? "nothing" : history.map(\.description).joined(separator: ", ")
        reporter.report("expected job \(id) to have been \(wanted), found \(found)", at: sourceLocation)
    }

    /// Expects every script of ``fakes`` to have been played.
    public func expectAllScriptsPlayed(sourceLocation: SourceLocation = #_sourceLocation) {
        fakes.verify(sourceLocation: sourceLocation)
    }

    private func differences(from match: JobMatch) -> String {
        let lines = enqueued.prefix(10).map { job in
            "\(job.spec.name): \(match.mismatch(with: job) ?? "matches")"
        }
        if lines.isEmpty { return "no jobs" }
        let rest = enqueued.count - lines.count
        return (lines + (rest > 0 ? ["\(rest) more"] : [])).joined(separator: " | ")
    }
}
