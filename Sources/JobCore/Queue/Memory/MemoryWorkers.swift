/// The workers that have reported, by name.
struct MemoryWorkers {
    private struct Entry {
        var report: WorkerReport
        var lastSeen: Timestamp
        var isOrderedToDrain = false
    }

    private var entries: [String: Entry] = [:]

    mutating func report(_ report: WorkerReport, at now: Timestamp) -> WorkerOrders {
        if report.isStopped {
            entries[report.name] = nil
            return WorkerOrders()
        }
        let known = entries[report.name].flatMap { $0.report.startedAt == report.startedAt ? $0 : nil }
        let entry = Entry(report: report, lastSeen: now, isOrderedToDrain: known?.isOrderedToDrain ?? false)
        entries[report.name] = entry
        if known == nil { prune(at: now) }
        return WorkerOrders(drain: entry.isOrderedToDrain)
    }

    mutating func drain(_ name: String) -> Bool {
        guard entries[name] != nil else { return false }
        entries[name]?.isOrderedToDrain = true
        return true
    }

    /// The workers in the order of their names, with the jobs that each holds.
    func records(holding jobs: [String: [JobID]], at now: Timestamp) -> [WorkerRecord] {
        entries.values.map { entry in
            WorkerRecord(
                report: entry.report, lastSeen: entry.lastSeen, jobs: (jobs[entry.report.name] ?? []).sorted(),
                isDraining: entry.report.isDraining || entry.isOrderedToDrain)
        }.filter { !$0.isForgotten(at: now) }.sorted { $0.report.name < $1.report.name }
    }

    private mutating func prune(at now: Timestamp) {
        entries = entries.filter { $0.value.lastSeen + WorkerRecord.keptUnseen > now }
        while entries.count > WorkerRecord.most,
            let oldest = entries.min(by: { $0.value.lastSeen < $1.value.lastSeen })
        {
            entries[oldest.key] = nil
        }
    }
}
