internal import JobCore

/// The private named queue of one `jobctl run`.
///
/// A run must work exactly its own jobs, here, also when workers serve the same store. Queues hand out jobs by named
/// queue, so each run has one of its own that nobody else serves: no worker can take a job between its submission and
/// its first step, and a run that was killed leaves its jobs for `--resume` and not for whoever comes first. The
/// tag `jobctl: run` finds such jobs, and `jobctl.queue` keeps the queue that the file names.
enum RunQueue {
    private static let tag = "jobctl"
    private static let queueTag = "jobctl.queue"
    private static let value = "run"

    /// Moves jobs into a new private queue.
    static func claim(_ jobs: [JobSpec], random: RandomSource = .system) -> [JobSpec] {
        let queue = "run-\(String(random.next() >> 16, radix: 36))"
        return jobs.map { job in
            var job = job
            job.tags[tag] = value
            if job.queue != JobSpec.defaultQueue { job.tags[queueTag] = job.queue }
            job.queue = queue
            return job
        }
    }

    /// Whether a job belongs to a run.
    static func isRun(_ job: Job) -> Bool { job.spec.tags[tag] == value }

    /// The jobs of the run to which a job belongs, or of the latest unfinished run.
    ///
    /// - Throws: ``CommandFailure`` when there is none, or the job was not submitted by a run; `QueueError`.
    static func jobs(resuming id: JobID?, in store: any JobStore) async throws -> [Job] {
        let queue: String
        if let id {
            guard let job = try await store.job(id) else { throw CommandFailure.noSuchJob(id) }
            guard isRun(job) else {
                throw CommandFailure(
                    .unsuccessful,
                    "job \(id) was not started by jobctl run; jobctl worker --queues \(job.spec.queue) works on it")
            }
            guard !job.isFinished else {
                throw CommandFailure(
                    .unsuccessful,
                    "job \(id) has \(job.phase.rawValue) already; jobctl retry brings one back that did not succeed")
            }
            queue = job.spec.queue
        } else {
            let filter = JobFilter(statuses: unfinished, tags: [tag: value])
            guard let latest = try await store.page(filter, after: nil, limit: 1).jobs.first else {
                throw CommandFailure(.noSuchJob, "there is no unfinished run in this store")
            }
            queue = latest.spec.queue
        }
        let filter = JobFilter(statuses: unfinished, queues: [queue])
        return try await store.page(filter, after: nil, limit: 1_000).jobs.reversed()
    }

    private static let unfinished: Set<JobStatus> = [.scheduled, .queued, .retrying, .running, .cancelling]
}
