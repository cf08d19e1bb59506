/// Numbers as people read them.
enum Figures {
    /// Three significant digits, thousands apart.
    static func short(_ value: Double) -> String {
        if value == 0 { return "0" }
        let magnitude = abs(value)
        if magnitude >= 100 { return grouped(Int(value.rounded())) }
        let decimals = magnitude >= 10 ? 1 : 2
        let scale = decimals == 1 ? 10.0 : 100.0
        if magnitude < 0.1 { return "\((value * 10_000).rounded() / 10_000)" }
        let text = "\((value * scale).rounded() / scale)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// The median, then the least and the greatest in brackets.
    static func spread(_ values: [Double]) -> String {
        guard let least = values.min(), let greatest = values.max() else { return "–" }
        if values.count == 1 { return short(least) }
        return "\(short(values.median)) (\(short(least))–\(short(greatest)))"
    }

    private static func grouped(_ value: Int) -> String {
        var digits = String(abs(value))
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        groups.insert(digits, at: 0)
        return (value < 0 ? "-" : "") + groups.joined(separator: ",")
    }
}
