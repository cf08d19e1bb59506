internal import Crypto
internal import HTTPTypes
internal import JobCore

/// What makes a repeated submission the same one: the jobs' ids follow from the caller and its key.
struct IdempotencyKey {
    let caller: String
    let text: String

    /// The id of one job of the submission.
    func id(of index: Int) -> JobID {
        let digest = Array(SHA256.hash(data: Array("\(caller)\n\(text)\n\(index)".utf8)))
        let words = digest.prefix(16).reduce(into: (UInt64(0), UInt64(0))) { words, byte in
            words = (words.0 << 8 | words.1 >> 56, words.1 << 8 | UInt64(byte))
        }
        // Version 8 says that the bits are of our own making. RFC 9562, section 5.8.
        return JobID(
            high: words.0 & 0xFFFF_FFFF_FFFF_0FFF | 0x8000, low: words.1 & 0x3FFF_FFFF_FFFF_FFFF | 1 << 63)
    }
}

extension Job {
    /// Whether this is the job that a specification made, apart from what may have been changed since.
    func wasSubmitted(as spec: JobSpec) -> Bool {
        if self.spec == spec { return true }
        guard version > 1 else { return false }
        var own = self.spec
        own.priority = spec.priority
        own.queue = spec.queue
        own.notBefore = spec.notBefore
        own.deadline = spec.deadline
        own.tags = spec.tags
        return own == spec
    }
}

extension JobService {
    /// Whether a submission was made before under its key; asked before anything of it is stored.
    ///
    /// - Throws: ``Problem`` with 422 when the key was used for other jobs, with 409 when they are not the caller's
    ///   any more; `QueueError`.
    func isRepeated(_ specs: [JobSpec], _ key: IdempotencyKey, of caller: Principal) async throws -> Bool {
        var known: [Job?] = []
        for index in specs.indices { known.append(try await store.job(key.id(of: index))) }
        // An earlier submission may have had more jobs.
        let next = try await store.job(key.id(of: specs.count))
        guard next != nil || known.contains(where: { $0 != nil }) else { return false }
        guard next == nil else { throw Problem.idempotencyKeyReused }
        for (job, spec) in zip(known, specs) {
            guard let job else {
                // Nothing was stored for a job whose unique key another one held.
                if spec.unique == nil { throw Problem.idempotencyKeyReused }
                continue
            }
            guard caller.maySee(job) else { throw Problem.noLongerVisible }
            guard job.wasSubmitted(as: spec) else { throw Problem.idempotencyKeyReused }
        }
        return true
    }
}

extension Problem {
    /// The caller's name for a submission stands for another one.
    static let idempotencyKeyReused = Problem(
        .unprocessableContent, code: "idempotencyKeyReused", "other jobs were submitted with this Idempotency-Key")

    fileprivate static let noLongerVisible = conflict(
        "idempotencyKeyReused", "a job of this Idempotency-Key is in a queue that this token may not use")

    /// A job of others holds a unique key, which is known only once the rest is stored.
    static func uniqueKeyTaken(isBatch: Bool) -> Problem {
        conflict(
            "uniqueKeyTaken",
            "a job that this token may not see holds the uniqueKey"
                + (isBatch ? "; the other jobs of the batch were stored" : ""))
    }
}
