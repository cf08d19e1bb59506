internal import JobCore

/// The `Retry-After` header.
///
/// Source: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
enum RetryAfter {
    /// The delay that it asks for: zero for a time that is past, at most the longest back-off of 12 hours.
    ///
    /// Nil when it is neither a number of seconds nor an HTTP date.
    static func parse(_ value: String, now: Timestamp) -> Duration? {
        let text = value.trimmingSpaces
        if !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) {
            // Too many digits for an integer are an absurdly long delay.
            guard let seconds = Int64(text), seconds < RetryPolicy.longestDelay.components.seconds else {
                return RetryPolicy.longestDelay
            }
            return .seconds(seconds)
        }
        guard let time = HTTPDate.parse(text, now: now) else { return nil }
        return min(max(.zero, time - now), RetryPolicy.longestDelay)
    }
}

/// Dates as HTTP writes them.
///
/// Source: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
enum HTTPDate {
    /// Reads the preferred form and the two obsolete ones; nil for anything else.
    ///
    /// - Parameters:
    ///   - text: `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or `Sun Nov  6 08:49:37 1994`.
    ///   - now: decides the century of a year of two digits.
    static func parse(_ text: String, now: Timestamp) -> Timestamp? {
        let words = text.split(whereSeparator: { ", -".contains($0) })
        let parts: (day: Substring, month: Substring, year: Substring, time: Substring)
        if words.count == 6, words[5] == "GMT" {
            parts = (words[1], words[2], words[3], words[4])
        } else if words.count == 5 {
            parts = (words[2], words[1], words[4], words[3])
        } else {
            return nil
        }
        guard let month = months.firstIndex(of: String(parts.month)), let day = Int(parts.day), day > 0,
            let shortYear = Int(parts.year), shortYear >= 0, parts.time.utf8.count == 8
        else { return nil }
        func time(_ year: Int) -> Timestamp? {
            Timestamp("\(padded(year, 4))-\(padded(month + 1, 2))-\(padded(day, 2))T\(parts.time)Z")
        }
        guard parts.year.utf8.count == 2 else { return parts.year.utf8.count == 4 ? time(shortYear) : nil }
        // More than 50 years ahead means the past century.
        guard let thisCentury = time(2_000 + shortYear) else { return time(1_900 + shortYear) }
        return thisCentury > now + .seconds(50 * 31_556_952) ? time(1_900 + shortYear) : thisCentury
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}

extension String {
    /// The text without spaces and tabs at its ends.
    var trimmingSpaces: String {
        let isSpace = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var rest = Substring(self).utf8.drop(while: isSpace)
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return String(Substring(rest))
    }
}
