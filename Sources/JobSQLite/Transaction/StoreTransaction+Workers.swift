internal import JobCore

extension StoreTransaction {
    private static let putWorker = Query(
        """
        INSERT INTO job_workers
            (name, queues, slots, version, host, process, started_us, seen_us, is_draining, is_ordered, notice)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10)
        ON CONFLICT (name) DO UPDATE SET
            queues = ?2, slots = ?3, version = ?4, host = ?5, process = ?6, started_us = ?7, seen_us = ?8,
            is_draining = ?9, is_ordered = is_ordered AND started_us = ?7, notice = ?10
        """)
    private static let orders = Query("SELECT is_ordered FROM job_workers WHERE name = ?")
    private static let dropWorker = Query("DELETE FROM job_workers WHERE name = ?")
    private static let orderDrain = Query("UPDATE job_workers SET is_ordered = 1 WHERE name = ?")
    private static let dropUnseen = Query("DELETE FROM job_workers WHERE seen_us <= ?")
    private static let dropOldest = Query(
        """
        DELETE FROM job_workers WHERE name IN (
            SELECT name FROM job_workers ORDER BY seen_us
            LIMIT max(0, (SELECT count(*) FROM job_workers) - ?))
        """)

    /// Notes what a worker told; see `WorkerDirectory.report(_:)`.
    func report(_ report: WorkerReport) throws -> WorkerOrders {
        if report.isStopped {
            try session.execute(Self.dropWorker) { $0.bind(report.name) }
            return WorkerOrders()
        }
        let isKnown = try orders(for: report.name) != nil
        try session.execute(Self.putWorker) { row in
            row.bind(report.name)
            row.bind(.array(report.queues.map(JSONValue.string)))
            row.bind(report.slots)
            row.bind(report.version)
            row.bind(report.host)
            row.bind(report.processID)
            row.bind(report.startedAt)
            row.bind(now)
            row.bind(report.isDraining)
            row.bind(report.notice?.stored)
        }
        if !isKnown {
            try session.execute(Self.dropUnseen) { $0.bind(now - WorkerRecord.keptUnseen) }
            try session.execute(Self.dropOldest) { $0.bind(WorkerRecord.most) }
        }
        return WorkerOrders(drain: try orders(for: report.name) ?? false)
    }

    /// Orders a worker to end; false when there is none.
    func drain(worker: String) throws -> Bool {
        try session.execute(Self.orderDrain) { $0.bind(worker) } > 0
    }

    private func orders(for worker: String) throws -> Bool? {
        try session.first(Self.orders) {
            $0.bind(worker)
        } read: {
            $0.bool(0)
        }
    }
}

extension Session {
    private static let allWorkers = Query(
        """
        SELECT name, queues, slots, version, host, process, started_us, seen_us, is_draining, is_ordered,
            notice
        FROM job_workers WHERE seen_us > ? ORDER BY name
        """)
    private static let leased = Query("SELECT worker, id FROM jobs INDEXED BY jobs_leased WHERE phase = 1")

    /// The known workers with the jobs that they hold.
    func workers(at now: Timestamp) throws -> [WorkerRecord] {
        var jobs: [String: [JobID]] = [:]
        try forEach(Self.leased) { _ in
        } visit: { row in
            if let id = row.jobID(1) { jobs[row.text(0), default: []].append(id) }
            return true
        }
        let listed = try all(Self.allWorkers) {
            $0.bind(now - WorkerRecord.keptUnseen)
        } read: { row in
            let report = WorkerReport(
                name: row.text(0), queues: try row.texts(1), slots: row.int(2), version: row.text(3),
                host: row.text(4), processID: row.int(5), startedAt: row.time(6), isDraining: row.bool(8),
                notice: try row.json(10).flatMap(WorkerNotice.init(stored:)))
            return WorkerRecord(
                report: report, lastSeen: row.time(7), jobs: (jobs[report.name] ?? []).sorted(),
                isDraining: row.bool(8) || row.bool(9))
        }
        return listed.filter { !$0.isForgotten(at: now) }
    }
}

extension WorkerNotice {
    /// The notice as the file holds it.
    fileprivate var stored: JSONValue {
        var object: JSONObject = ["kind": .string(kind.rawValue), "message": .string(message)]
        if let time { object["time"] = .integer(time.microseconds) }
        return .object(object)
    }

    /// A stored notice; nil for a kind that only a later program knows.
    fileprivate init?(stored: JSONValue) {
        guard let kind = stored["kind"]?.stringValue.flatMap(Kind.init(rawValue:)) else { return nil }
        self.init(
            kind, at: stored["time"]?.integerValue.map(Timestamp.init(microseconds:)),
            message: stored["message"]?.stringValue ?? "")
    }
}

extension ResultRow {
    /// A stored list of texts.
    func texts(_ column: Int32) throws -> [String] {
        guard case .array(let items)? = try json(column) else { return [] }
        return items.compactMap(\.stringValue)
    }
}
