internal import JobAWS
internal import JobCore

/// Fleets, plans and sweeps as lines for people.
struct FleetLines {
    let style: Style

    /// One line for each fleet.
    func table(_ reports: [FleetReport]) -> [String] {
        var rows = [["NAME", "QUEUES", "INSTANCES", "WORKING", "$/H", "LAST DAY", "STATE"]]
        for report in reports {
            rows.append([
                report.record.spec.name, report.record.spec.queues.joined(separator: ","),
                "\(report.living.count)/\(report.record.spec.limits.instances)",
                "\(report.living.count { $0.workingSince != nil })",
                report.dollarsPerHour?.dollarText ?? "?",
                report.cost(since: report.at - .seconds(86_400)).dollars?.dollarText ?? "?", state(report),
            ])
        }
        return TextTable(rows: rows, style: style).lines
    }

    private func state(_ report: FleetReport) -> String {
        if let fault = report.status?.fault { return fault }
        if report.record.isDrained { return report.living.isEmpty ? "drained" : "draining" }
        if !report.openLaunches.isEmpty { return "launching" }
        if let shortage = report.status?.shortage, shortage > 0 { return "short of \(shortage) slots" }
        return report.living.isEmpty ? "at rest" : "working"
    }

    /// One fleet in full.
    func lines(_ report: FleetReport) -> [String] {
        let spec = report.record.spec
        var fields = [
            ("fleet", spec.name), ("queues", spec.queues.joined(separator: ", ")), ("state", state(report)),
            (
                "instances",
                "\(report.living.count), at least \(report.record.minimum), at most \(spec.limits.instances)"
            ),
            ("price now", report.dollarsPerHour.map { "\($0.dollarText) an hour" } ?? "not known"),
            ("last day", report.cost(since: report.at - .seconds(86_400)).text),
            ("last 30 days", report.cost().text),
        ]
        if let avoided = report.status?.avoided, !avoided.isEmpty {
            fields.append(("avoids", avoided.map(\.description).joined(separator: ", ")))
        }
        var lines = fields.map { name, value in
            style(name + String(repeating: " ", count: 14 - name.count), .faint) + value
        }
        if !report.living.isEmpty {
            var rows = [["  INSTANCE", "TYPE", "ZONE", "PAID", "PHASE", "SINCE", "COST"]]
            for instance in report.living {
                rows.append([
                    "  \(instance.id)", instance.pool.type, instance.pool.zone, instance.pool.lifecycle.rawValue,
                    instance.phase.rawValue, instance.launchedAt.shortText,
                    FleetCost(of: instance, until: report.at).dollars?.dollarText ?? "?",
                ])
            }
            lines += [""] + TextTable(rows: rows, style: style).lines
        }
        if !report.troubles.isEmpty {
            lines += ["", style("what launches lacked", .strong)] + report.troubles.map { "  \($0)" }
        }
        return lines
    }

    /// What would be launched.
    func lines(_ plan: FleetPlan) -> [String] {
        guard plan.count > 0 else {
            return ["\(plan.fleet) would launch nothing: \(plan.reason ?? "there is no need")"]
        }
        let price = plan.dollarsPerHour.map { "at most \($0.dollarText) an hour" } ?? "at a price that is not known"
        let compared = plan.onDemandDollarsPerHour.map { ", on demand \($0.dollarText)" } ?? ""
        var rows = [["  TYPE", "ZONE", "PAID", "VCPUS", "$/H", "SUBNET", "IMAGE"]]
        for offer in plan.offers {
            rows.append([
                "  \(offer.pool.type)", offer.pool.zone, offer.pool.lifecycle.rawValue, "\(offer.vcpus)",
                offer.price?.dollarText ?? "?", offer.subnet, offer.image,
            ])
        }
        let word = plan.count == 1 ? "instance" : "instances"
        return [
            "\(plan.fleet) would launch \(plan.count) \(word) for \(plan.shortage) waiting slots, \(price)\(compared), "
                + "from one of"
        ] + TextTable(rows: rows, style: style).lines
    }

    /// What a sweep found.
    func lines(_ findings: [FleetReaper.Finding], isDry: Bool) -> [String] {
        if findings.isEmpty { return ["EC2 has nothing of ours that nobody knows"] }
        return findings.map { finding in
            let act =
                switch finding.act {
                case .wait: "left alone"
                case .tag: isDry ? "would be marked" : "marked; the next sweep removes it"
                case .remove: isDry ? "would be removed" : "removed"
                }
            let error = finding.error.map { style("  failed: \($0)", .bad) } ?? ""
            return "\(finding.thing)  \(act): \(finding.reason)\(error)"
        }
    }
}
