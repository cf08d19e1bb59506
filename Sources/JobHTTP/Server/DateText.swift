internal import JobCore
internal import Synchronization

/// The text of the `Date` field, made once a second. Source: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
final class DateText: Sendable {
    private let time: TimeSource
    private let kept = Mutex<(second: Int64, text: String)>((Int64.min, ""))

    init(time: TimeSource) {
        self.time = time
    }

    /// The text of the current second.
    var now: String {
        let second = time.now.microseconds / 1_000_000
        return kept.withLock { kept in
            if kept.second != second { kept = (second, Self.text(of: second)) }
            return kept.text
        }
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func text(of second: Int64) -> String {
        // The RFC 3339 form has the calendar done already: 1994-11-06T08:49:37Z.
        let stamp = Array(Timestamp(microseconds: second * 1_000_000).description.utf8)
        let part = { (range: Range<Int>) in String(decoding: stamp[range], as: UTF8.self) }
        let days = Int((second - (second % 86_400 + 86_400) % 86_400) / 86_400)
        let weekday = weekdays[((days % 7) + 7 + 4) % 7]
        let month = Int(part(5..<7)).map { months[$0 - 1] } ?? ""
        return "\(weekday), \(part(8..<10)) \(month) \(part(0..<4)) \(part(11..<19)) GMT"
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
