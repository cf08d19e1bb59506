internal import JobCore

extension Job {
    /// The strong validator of the job's JSON at a time.
    ///
    /// The version alone would not do: a waiting job becomes `queued` when its time comes, without a new version.
    func entityTag(at now: Timestamp) -> String { "\"\(version)-\(status(at: now).rawValue)\"" }
}

/// Reads `If-Match` and `If-None-Match`. Source: https://www.rfc-editor.org/rfc/rfc9110#section-13.1
enum EntityTags {
    /// Whether a list of tags names one; weak ones count when the comparison may be weak.
    static func matches(_ field: String, _ tag: String, weakly: Bool) -> Bool {
        if field == tag { return true }
        return field.split(separator: ",").prefix(100).contains { part in
            var part = String(part).trimmingSpaces()
            if part == "*" { return true }
            if part.hasPrefix("W/") {
                guard weakly else { return false }
                part.removeFirst(2)
            }
            return part == tag
        }
    }

    /// The version that a tag of ours names; nil when it is none.
    static func version(_ tag: String) -> Int? {
        let text = tag.trimmingSpaces()
        guard text.hasPrefix("\""), text.hasSuffix("\""), text.utf8.count >= 2 else { return nil }
        let digits = text.dropFirst().prefix { $0 != "-" && $0 != "\"" }
        return digits.utf8.allSatisfy { (48...57).contains($0) } ? Int(digits) : nil
    }
}
