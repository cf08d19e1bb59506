/// Rows of words in columns, for people.
struct TextTable {
    /// The rows, all of as many words; the first one holds the headings.
    var rows: [[String]]
    let style: Style

    /// The rows as lines, with headings that are faint on a terminal.
    var lines: [String] {
        let widths = rows.first?.indices.map { column in rows.map { $0[column].count }.max() ?? 0 } ?? []
        return rows.enumerated().map { index, row in
            let line = zip(row, widths).enumerated().map { column, cell in
                column == row.count - 1 ? cell.0 : cell.0 + String(repeating: " ", count: cell.1 - cell.0.count)
            }.joined(separator: "  ")
            return index == 0 ? style(line, .faint) : line
        }
    }
}

extension Double {
    /// An amount of dollars for people, such as `$0.0412`; with two decimals from a hundred on.
    var dollarText: String {
        let digits = magnitude >= 100 ? 2 : 4
        let scale = digits == 2 ? 100.0 : 10_000.0
        let units = (magnitude * scale).rounded()
        guard units < 1e15 else { return "$\(self)" }
        let whole = Int(units / scale)
        let rest = String(Int(units) - whole * Int(scale))
        return "\(self < 0 ? "-" : "")$\(whole).\(String(repeating: "0", count: digits - rest.count))\(rest)"
    }
}
