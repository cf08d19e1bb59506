internal import JobCore

/// Jobs as lines of a table for people.
struct JobTable {
    let jobs: [Job]
    let now: Timestamp
    let style: Style

    /// A line of headings and one for each job.
    var lines: [String] {
        var rows = [["ID", "NAME", "QUEUE", "STATUS", "CREATED", "PROGRESS"]]
        for job in jobs {
            rows.append([
                job.id.description, Self.cut(job.spec.name, 40), Self.cut(job.spec.queue, 24),
                job.status(at: now).rawValue, job.createdAt.shortText, Self.progress(of: job),
            ])
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.enumerated().map { index, row in
            let cells = zip(row, widths).enumerated().map { column, cell in
                let padded = column == row.count - 1 ? cell.0 : Self.pad(cell.0, cell.1)
                guard index > 0, column == 3 else { return index == 0 ? style(padded, .faint) : padded }
                let spaces = String(repeating: " ", count: cell.1 - cell.0.count)
                return style.status(jobs[index - 1].status(at: now)) + spaces
            }
            return cells.joined(separator: "  ")
        }
    }

    /// `2/3 build 40% compiling`: steps done, the current step, and what the job says itself.
    private static func progress(of job: Job) -> String {
        var words = ["\(min(job.cursor, job.steps.count))/\(job.steps.count)"]
        if !job.isFinished {
            if job.spec.steps.indices.contains(job.cursor) { words.append(job.spec.steps[job.cursor].name) }
            if let fraction = job.progress?.fraction { words.append("\(Int(fraction * 100))%") }
            if let message = job.progress?.message { words.append(message) }
        }
        return cut(words.joined(separator: " "), 60)
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func cut(_ text: String, _ width: Int) -> String {
        text.count <= width ? text : text.prefix(width - 1) + "…"
    }
}
