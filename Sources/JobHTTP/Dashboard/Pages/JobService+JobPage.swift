internal import JobCore

extension JobService {
    /// One job with its steps, attempts, artifacts and what may be done to it.
    ///
    /// The log is not part of it: it comes in pieces.
    func jobScreen(_ visitor: Visitor, _ id: JobID) async throws -> Screen {
        let job = try await visibleJob(id, for: visitor.principal)
        let files = try await store.artifacts(of: id) ?? []
        let now = time.now
        var view = View.row(of: job, now: now)
        view.add(headFields(of: job, visitor, now: now))
        view.add(Self.factFields(of: job, now: now))
        view["steps"] = Self.stepViews(of: job, now: now)
        view["hasAttempts"] = !job.attempts.isEmpty
        view["attempts"] = job.attempts.reversed().map { Self.attemptView($0, now: now) }
        view["hasFiles"] = !files.isEmpty
        view["files"] = files.map { View(["name": $0.name, "size": SizeText.text($0.size)]) }
        return Screen(
            title: job.spec.name, template: "job", section: .jobs, view: view,
            regions: ["job_head", "job_steps", "job_attempts", "job_facts", "job_files"],
            live: job.isFinished ? nil : "/live/jobs/\(id)")
    }

    private func headFields(of job: Job, _ visitor: Visitor, now: Timestamp) -> View {
        let status = job.status(at: now)
        var view = View([
            "isLive": !job.isFinished,
            "mayCancel": visitor.maySubmit && !job.isFinished && status != .cancelling,
            "mayRetry": visitor.maySubmit && [.failed, .poisoned, .cancelled].contains(status),
            "mayDelete": visitor.maySubmit && job.isFinished,
            "failure": job.failure.map {
                View(["code": $0.code.rawValue, "message": $0.message, "step": $0.step])
            },
            "waits": View?.none,
        ])
        if job.progress?.fraction == nil, !job.isFinished { view["progressText"] = job.progress?.message }
        if case .waiting(let until, let reason) = job.state {
            let words =
                switch reason {
                case .scheduled: until > now ? "Starts" : "Waits for a free worker, due"
                case .retry: "The next attempt is due"
                case .snoozed: "Asked to be called again"
                case .released: "Was given back by its worker, due"
                }
            view["waits"] = View(["why": words, "until": View.time(until, now: now)])
        }
        return view
    }

    private static func factFields(of job: Job, now: Timestamp) -> View {
        let spec = job.spec
        var facts: [(String, String?)] = [
            ("Priority", spec.priority == 0 ? nil : "\(spec.priority)"), ("Lane", spec.lane),
            ("Unique key", spec.unique?.key), ("Not before", spec.notBefore.map(TimeText.absolute)),
            ("Must start by", job.deadlineAt.map(TimeText.absolute)),
            ("Timeout", spec.jobTimeout.map(TimeText.length)), ("Version", "\(job.version)"),
        ]
        facts += spec.metadata.sorted { $0.key < $1.key }.prefix(20).map { ($0.key, $0.value) }
        return View([
            "started": job.startedAt.map { View.time($0, now: now) }, "worker": job.lease?.worker,
            "queueLink": PercentCoding.encode(spec.queue), "hasTags": !spec.tags.isEmpty,
            "facts": facts.compactMap { label, value in value.map { View(["label": label, "value": $0]) } },
            "callbacks": spec.callbacks.isEmpty ? nil : "\(spec.callbacks.count) set",
        ])
    }

    private static func attemptView(_ attempt: Attempt, now: Timestamp) -> View {
        View([
            "number": attempt.number, "status": attempt.outcome?.rawValue ?? "running", "worker": attempt.worker,
            "message": attempt.message, "started": View.time(attempt.startedAt, now: now),
            "took": View.length(from: attempt.startedAt, to: attempt.finishedAt, now: now),
        ])
    }
}
