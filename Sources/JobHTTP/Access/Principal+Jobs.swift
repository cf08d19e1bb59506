internal import JobCore

extension Principal {
    /// Whether the caller may read a job: a worker's own token shows only what that worker holds.
    func mayRead(_ job: Job) -> Bool {
        guard maySee(job) else { return false }
        if has(.read) || has(.submit) { return true }
        return holds(job)
    }

    /// A job as the caller may see it: with what its steps hold only for those who may work on it.
    func shown(_ job: Job) -> Job {
        has(.work) && holds(job) ? job : job.withoutSecrets
    }

    /// Whether the caller may order a worker about: all that the worker serves must be the caller's.
    func mayOrder(_ worker: WorkerRecord) -> Bool {
        guard attempt == nil, mayWork(as: worker.report.name) else { return false }
        guard !queues.isEmpty else { return true }
        return !worker.report.queues.isEmpty && queues.isSuperset(of: worker.report.queues)
    }

    /// Whether the caller is bound to no worker, or to the one that has the job.
    private func holds(_ job: Job) -> Bool { worker.map { $0 == job.lease?.worker } ?? true }
}
