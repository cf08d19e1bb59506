internal import JobCore

/// Times and durations in words for people.
enum TimeText {
    /// A time relative to now, such as `5 min ago` or `in 2 h`.
    static func relative(_ time: Timestamp, to now: Timestamp) -> String {
        let seconds = Int((time - now).components.seconds)
        if abs(seconds) < 5 { return "just now" }
        return seconds > 0 ? "in \(rough(seconds))" : "\(rough(-seconds)) ago"
    }

    /// A length of time, such as `850 ms`, `1.2 s`, `3 min 4 s` or `2 d 5 h`.
    static func length(_ duration: Duration) -> String {
        let milliseconds = max(0, duration.wholeMicroseconds / 1_000)
        if milliseconds < 1_000 { return "\(milliseconds) ms" }
        if milliseconds < 10_000 { return "\(milliseconds / 1_000).\(milliseconds % 1_000 / 100) s" }
        let seconds = Int(milliseconds / 1_000)
        switch seconds {
        case ..<60: return "\(seconds) s"
        case ..<3_600: return pair(seconds, 60, "min", 1, "s")
        case ..<86_400: return pair(seconds, 3_600, "h", 60, "min")
        default: return pair(seconds, 86_400, "d", 3_600, "h")
        }
    }

    /// A time with its zone, such as `2026-11-21 13:05:09 UTC`.
    static func absolute(_ time: Timestamp) -> String {
        let text = time.description
        guard let separator = text.firstIndex(of: "T") else { return text }
        let clock = text[text.index(after: separator)...].prefix { $0 != "." && $0 != "Z" }
        return "\(text[..<separator]) \(clock) UTC"
    }

    private static func rough(_ seconds: Int) -> String {
        switch seconds {
        case ..<60: "\(seconds) s"
        case ..<3_600: "\(seconds / 60) min"
        case ..<86_400: "\(seconds / 3_600) h"
        default: "\(seconds / 86_400) d"
        }
    }

    private static func pair(_ seconds: Int, _ large: Int, _ name: String, _ small: Int, _ rest: String) -> String {
        let remainder = seconds % large / small
        return remainder == 0 ? "\(seconds / large) \(name)" : "\(seconds / large) \(name) \(remainder) \(rest)"
    }
}

extension View {
    /// A point in time, shown relative to now.
    static func time(_ time: Timestamp, now: Timestamp) -> View {
        View([
            "iso": time.description, "full": TimeText.absolute(time), "kind": "ago",
            "text": TimeText.relative(time, to: now),
        ])
    }

    /// How long something took, or has been going on.
    static func length(from start: Timestamp?, to end: Timestamp?, now: Timestamp) -> View? {
        guard let start else { return nil }
        return View([
            "iso": start.description, "full": "since \(TimeText.absolute(start))", "kind": end == nil ? "since" : "was",
            "text": TimeText.length((end ?? now) - start),
        ])
    }
}

/// Sizes for people.
enum SizeText {
    /// A number of bytes, such as `812 B` or `1.5 MiB`.
    static func text(_ bytes: Int64) -> String {
        var (size, unit) = (Double(bytes), 0)
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        while size >= 1_024, unit < units.count - 1 { (size, unit) = (size / 1_024, unit + 1) }
        if unit == 0 { return "\(bytes) B" }
        let tenths = Int((size * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}
