internal import JobCore

extension JobService {
    /// The page at the top: numbers by status, queues, what runs, and what failed last.
    func overviewScreen(_ visitor: Visitor) async throws -> Screen {
        let (counts, settings) = try await (store.counts(), store.queueSettings())
        let queues = Self.queueNames(counts, settings, for: visitor.principal)
        let now = time.now
        var view = View()
        view["totals"] = JobStatus.allCases.map { status in
            let count = queues.reduce(0) { $0 + counts.count(status, in: $1) }
            return View(["status": status.rawValue, "count": Self.grouped(count), "none": count == 0])
        }
        view["columns"] = JobStatus.allCases.map(\.rawValue)
        view["hasQueues"] = !queues.isEmpty
        view["queues"] = queues.map { Self.overviewRow(of: $0, counts, settings[$0] ?? NamedQueueSettings()) }
        let running = try await visibleJobs(JobFilter(statuses: [.running, .cancelling]), limit: 10, for: visitor)
        let failed = try await visibleJobs(JobFilter(statuses: [.failed, .poisoned]), limit: 10, for: visitor)
        view["hasRunning"] = !running.jobs.isEmpty
        view["running"] = running.jobs.map { View.row(of: $0, now: now) }
        view["hasFailed"] = !failed.jobs.isEmpty
        view["failed"] = failed.jobs.map { View.row(of: $0, now: now) }
        return Screen(
            title: "Overview", template: "overview", section: .overview, view: view,
            regions: ["overview_totals", "overview_queues", "overview_lists"], live: "/live/overview")
    }

    /// The named queues that a caller may see, in the order of their names.
    static func queueNames(
        _ counts: QueueCounts, _ settings: [String: NamedQueueSettings], for principal: Principal
    ) -> [String] {
        guard principal.attempt == nil else { return [] }
        return Set(counts.byQueue.keys).union(settings.keys).filter(principal.mayTouch).sorted()
    }

    /// A number with thin spaces between groups of three digits.
    static func grouped(_ number: Int) -> String {
        var text = ""
        for (index, digit) in String(number).reversed().enumerated() {
            if index > 0, index % 3 == 0 { text.append("\u{202F}") }
            text.append(digit)
        }
        return String(text.reversed())
    }

    private static func overviewRow(
        of queue: String, _ counts: QueueCounts, _ settings: NamedQueueSettings
    ) -> View {
        View([
            "name": queue, "link": PercentCoding.encode(queue), "paused": settings.isPaused,
            "limit": settings.concurrency,
            "cells": JobStatus.allCases.map { status in
                let count = counts.byQueue[queue]?[status] ?? 0
                return View([
                    "status": status.rawValue, "count": grouped(count), "none": count == 0, "some": count > 0,
                ])
            },
        ])
    }
}
