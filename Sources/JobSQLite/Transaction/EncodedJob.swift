internal import JobCore

/// A checked job as its rows will be; made before the transaction, on the caller's thread, so that the one writing
/// thread has nothing left to do but to write.
///
/// A class, because it is handed from hand to hand: copying so many fields would cost more than writing them.
final class EncodedJob: Sendable {
    /// The job as it will be if it is new.
    let job: Job
    /// Whether its id is known only if the same value was stored before.
    let hasFreshID: Bool
    let unique: UniqueKey?
    let uniquePhases: Int64?
    let name: String
    let priority: Int
    let tags: [String: String]
    /// The specification as it is stored.
    let spec: [UInt8]
    /// Until when a job that has finished with its submission is kept.
    let retainUntil: Timestamp?

    init(_ new: NewJob, at now: Timestamp, limits: StoreLimits) {
        let job = Job(submitting: new, at: now)
        self.job = job
        hasFreshID = new.hasFreshID
        unique = new.spec.unique
        uniquePhases = new.spec.unique?.phaseMask
        name = new.spec.name
        priority = new.spec.priority
        tags = new.spec.tags
        spec = new.spec.json.utf8
        retainUntil = job.finishedAt.map { limits.retention(of: job, from: $0) }
    }

    /// Checks and encodes jobs that are submitted at a time.
    static func encode(_ jobs: [NewJob], at now: Timestamp, limits: StoreLimits) throws(InvalidJob) -> [EncodedJob] {
        try jobs.validate()
        return jobs.map { EncodedJob($0, at: now, limits: limits) }
    }
}

extension StoreLimits {
    /// Until when a finished job is kept.
    func retention(of job: Job, from finish: Timestamp) -> Timestamp {
        finish + (job.spec.retention ?? defaultRetention)
    }
}
