internal import JobCore

extension StoreTransaction {
    private static let deleteJob = Query("DELETE FROM jobs WHERE seq = ? AND phase >= 2")

    /// Deletes finished jobs with all that belongs to them; see `JobAdministration.delete(_:)`.
    func delete(_ ids: [JobID]) throws -> [Result<Void, TransitionRefused>] {
        try ids.map { id in
            guard let stored = try session.job(id) else { return .failure(.unknownJob) }
            guard stored.job.isFinished else { return .failure(.stillAlive(stored.job.status(at: now))) }
            guard try session.execute(Self.deleteJob, { $0.bind(stored.seq) }) > 0 else { throw StaleRow() }
            count(-1, stored.job.queue, stored.job.phase)
            cache.forget(id)
            note(id)
            news.touched.insert(id)
            return .success(())
        }
    }
}
