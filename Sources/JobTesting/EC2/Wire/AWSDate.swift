internal import JobCore

/// The forms of times on the wire that are not RFC 3339.
enum AWSDate {
    /// The `Date` header, such as `Sat, 21 Nov 2026 16:06:39 GMT`.
    static func http(_ time: Timestamp) -> String {
        let text = Timestamp(seconds: time.microseconds / 1_000_000).description
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let day = days[Int((time.microseconds / 86_400_000_000) % 7 + 7) % 7]
        return "\(day), \(part(text, 8, 2)) \(month(text)) \(part(text, 0, 4)) \(part(text, 11, 8)) GMT"
    }

    /// The form of scheduled events, such as `21 Jan 2019 09:00:43 GMT`.
    static func event(_ time: Timestamp) -> String { String(http(time).dropFirst(5)) }

    /// Reads the form of `X-Amz-Date`, such as `20261121T160639Z`.
    static func read(basic text: String) -> Timestamp? {
        guard text.utf8.count == 16 else { return nil }
        return Timestamp(
            "\(part(text, 0, 4))-\(part(text, 4, 2))-\(part(text, 6, 2))T"
                + "\(part(text, 9, 2)):\(part(text, 11, 2)):\(part(text, 13, 2))Z")
    }

    private static func month(_ text: String) -> String {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return months[(Int(part(text, 5, 2)) ?? 1) - 1]
    }

    private static func part(_ text: String, _ start: Int, _ count: Int) -> Substring {
        text.dropFirst(start).prefix(count)
    }
}
