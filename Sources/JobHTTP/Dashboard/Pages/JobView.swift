internal import JobCore

extension View {
    /// A job as lists show it.
    static func row(of job: Job, now: Timestamp) -> View {
        View([
            "id": job.id.description, "name": job.spec.name, "queue": job.spec.queue,
            "status": job.status(at: now).rawValue,
            "tags": job.spec.tags.sorted { $0.key < $1.key }.prefix(8).map(View.tag),
            "failure": job.failure.map { View(["message": shortened($0.message)]) },
            "progress": job.isFinished ? nil : progress(of: job), "progressText": String?.none,
            "stepsDone": min(job.cursor, job.spec.steps.count), "stepCount": job.spec.steps.count,
            "retried": (job.attempts.last?.number ?? 0) > 1, "attempt": job.attempts.last?.number ?? 0,
            "created": time(job.createdAt, now: now), "ended": job.finishedAt.map { time($0, now: now) },
            "took": length(from: job.startedAt, to: job.finishedAt, now: now),
        ])
    }

    /// A tag with the query that finds its jobs.
    static func tag(_ key: String, _ value: String) -> View {
        View(["text": "\(key):\(value)", "link": PercentCoding.encode("\(key):\(value)")])
    }

    private static func tag(_ tag: (key: String, value: String)) -> View { View.tag(tag.key, tag.value) }

    /// How far a job says it is; nil when it names no fraction.
    static func progress(of job: Job) -> View? {
        guard let fraction = job.progress?.fraction else { return nil }
        return View(["percent": Int((fraction * 100).rounded(.down)), "message": job.progress?.message])
    }

    private static func shortened(_ text: String) -> String {
        text.count > 160 ? "\(text.prefix(160))…" : text
    }
}
