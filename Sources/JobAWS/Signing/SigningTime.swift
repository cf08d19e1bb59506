internal import JobCore

/// A time as signatures write it.
struct SigningTime: Hashable, Sendable {
    /// Such as `20150830T123600Z`.
    let text: String

    /// Makes the text of a time, whole seconds.
    init(_ time: Timestamp) {
        let whole = Timestamp(microseconds: time.microseconds - Self.part(of: time))
        text = whole.description.filter { $0 != "-" && $0 != ":" }
    }

    /// Such as `20150830`.
    var date: String { String(text.prefix(8)) }

    private static func part(of time: Timestamp) -> Int64 {
        let part = time.microseconds % 1_000_000
        return part < 0 ? part + 1_000_000 : part
    }
}
