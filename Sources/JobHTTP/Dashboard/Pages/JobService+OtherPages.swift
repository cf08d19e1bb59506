internal import JobCore

extension JobService {
    /// The named queues with what can be set.
    func queuesScreen(_ visitor: Visitor) async throws -> Screen {
        let (counts, settings) = try await (store.counts(), store.queueSettings())
        let names = Self.queueNames(counts, settings, for: visitor.principal)
        var view = View()
        view["hasQueues"] = !names.isEmpty
        view["queues"] = names.enumerated().map { index, name in
            let own = settings[name] ?? NamedQueueSettings()
            let count: ([JobStatus]) -> String = { statuses in
                Self.grouped(statuses.reduce(0) { $0 + (counts.byQueue[name]?[$1] ?? 0) })
            }
            return View([
                "index": index, "name": name, "link": PercentCoding.encode(name), "paused": own.isPaused,
                "limit": own.concurrency, "waiting": count([.scheduled, .queued, .retrying]),
                "running": count([.running, .cancelling]), "failed": count([.failed, .poisoned]),
            ])
        }
        return Screen(
            title: "Queues", template: "queues", section: .queues, view: view, regions: ["queues_table"],
            live: "/live/queues")
    }

    /// The workers that were seen lately.
    func workersScreen(_ visitor: Visitor) async throws -> Screen {
        let now = time.now
        let records = try await visibleWorkers(for: visitor.principal)
        var rows: [View] = []
        for record in records.prefix(Self.mostWorkersShown) {
            rows.append(try await workerView(record, visitor, now: now))
        }
        var view = View()
        view["hasWorkers"] = !records.isEmpty
        view["workers"] = rows
        return Screen(
            title: "Workers", template: "workers", section: .workers, view: view, regions: ["workers_table"],
            live: "/live/workers")
    }

    private static let mostWorkersShown = 200
    private static let mostNamed = 8
    /// After three reports that did not come.
    private static let silence = Duration.seconds(60)

    private func workerView(_ record: WorkerRecord, _ visitor: Visitor, now: Timestamp) async throws -> View {
        let report = record.report
        var jobs: [View] = []
        for id in record.jobs.prefix(Self.mostNamed) {
            guard let job = try await store.job(id), visitor.principal.mayRead(job) else { continue }
            jobs.append(View(["id": id.description, "name": job.spec.name]))
        }
        let isSilent = now - record.lastSeen > Self.silence
        let process = report.processID > 0 ? "process \(report.processID)" : ""
        return View([
            "name": report.name, "link": PercentCoding.encode(report.name),
            "place": [report.host, process, report.version].filter { !$0.isEmpty }.joined(separator: " · "),
            "state": isSilent ? "silent" : record.isDraining ? "draining" : "working",
            "notice": report.notice.map { notice in
                View([
                    "word": notice.kind.rawValue, "when": notice.time.map { View.time($0, now: now) },
                    "message": notice.message,
                ])
            },
            "seen": View.time(record.lastSeen, now: now),
            "queues": report.queues.prefix(Self.mostNamed).map {
                View(["name": $0, "link": PercentCoding.encode($0)])
            },
            "moreQueues": report.queues.count > Self.mostNamed ? report.queues.count - Self.mostNamed : nil,
            "busy": record.jobs.count, "slots": report.slots, "jobs": jobs,
            "moreJobs": record.jobs.count > Self.mostNamed ? record.jobs.count - Self.mostNamed : nil,
            "mayDrain": visitor.mayAdminister && visitor.principal.mayOrder(record) && !record.isDraining,
        ])
    }

    /// The form that takes a job file.
    ///
    /// - Parameters:
    ///   - visitor: who fills it in.
    ///   - file: what was filled in before.
    ///   - problem: why that was refused; nil at first.
    func submitScreen(_ visitor: Visitor, file: String, problem: Problem? = nil) -> Screen {
        let kinds = configuration.submission.kinds.map(\.rawValue) + configuration.submission.handlers
        let view = View([
            "file": file, "key": GuestCookie.newWord(),
            "takesYAML": configuration.yaml != nil, "kinds": kinds.sorted().joined(separator: ", "),
            "fault": problem.map { View.notice("The job was not stored.", $0) },
        ])
        return Screen(title: "Submit a job", template: "submit", section: .submit, view: view)
    }

    /// What the form shows at first.
    var exampleFile: String {
        configuration.yaml == nil
            ? """
            {
              "name": "hello",
              "steps": [
                {"name": "call", "http": {"url": "https://example.org/"}}
              ]
            }
            """
            : """
            name: hello
            steps:
              - name: call
                http: {url: "https://example.org/"}

            """
    }
}

extension View {
    /// Why something was refused, with the faults of single fields.
    static func notice(_ headline: String, _ problem: Problem) -> View {
        View([
            "headline": headline, "detail": problem.errors.isEmpty ? "\(problem.detail)." : "",
            "hasErrors": !problem.errors.isEmpty,
            "errors": problem.errors.map {
                View(["path": $0.path.isEmpty ? "(the whole job)" : $0.path, "message": $0.message])
            },
        ])
    }
}
