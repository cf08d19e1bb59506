import JobCore

/// The result as a table for people.
enum Table {
    private static let head = ["row", "what", "ours", "against", "theirs", "ratio", "target", "met"]

    static func render(_ reports: [Report]) -> String {
        var lines = [head, head.map { _ in "---" }]
        for report in reports {
            let ours = "\(Figures.spread(report.ours)) \(report.unit)"
            if report.comparisons.isEmpty { lines.append([report.row, report.what, ours, "", "", "", "", ""]) }
            for (index, comparison) in report.comparisons.enumerated() {
                let met = comparison.isMet.map { $0 ? "yes" : "NO" } ?? ""
                let theirs = comparison.figures.isEmpty ? "" : "\(Figures.spread(comparison.figures)) \(report.unit)"
                let isFirst = index == 0
                lines.append([
                    isFirst ? report.row : "", isFirst ? report.what : "", isFirst ? ours : "", comparison.against,
                    theirs, Figures.spread(comparison.ratios), comparison.target.text, met,
                ])
            }
        }
        let widths = head.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        let table = lines.map { cells in
            let padded = zip(cells, widths).map { cell, width in
                cell == "---"
                    ? String(repeating: "-", count: width)
                    : cell + String(repeating: " ", count: width - cell.count)
            }
            return "| " + padded.joined(separator: " | ") + " |"
        }
        let notes = reports.flatMap { report in report.notes.map { "\(report.row): \($0)" } }
        return (table + (notes.isEmpty ? [] : [""] + notes)).joined(separator: "\n")
    }
}

/// The result for programs.
enum ReportJSON {
    static func render(_ reports: [Report]) -> String {
        JSONValue.array(reports.map(json)).text
    }

    private static func json(_ report: Report) -> JSONValue {
        [
            "row": .string(report.row), "what": .string(report.what), "unit": .string(report.unit),
            "ours": figures(report.ours),
            "comparisons": .array(
                report.comparisons.map { comparison in
                    [
                        "against": .string(comparison.against), "theirs": figures(comparison.figures),
                        "ratio": figures(comparison.ratios), "target": .string(comparison.target.text),
                        "met": comparison.isMet.map { .bool($0) } ?? .null,
                    ]
                }),
            "notes": .array(report.notes.map { .string($0) }),
        ]
    }

    private static func figures(_ values: [Double]) -> JSONValue {
        guard let least = values.min(), let greatest = values.max() else { return .null }
        return [
            "median": .number(values.median), "min": .number(least), "max": .number(greatest),
            "all": .array(values.map { .number($0) }),
        ]
    }
}
