internal import ArgumentParser
internal import JobCore

/// Reads the texts of options; what it throws becomes a usage error.
enum ArgumentReading {
    /// A duration such as `30s`.
    static func duration(_ text: String) throws -> Duration {
        guard let duration = Duration(jobText: text) else {
            throw ValidationError("'\(text)' is no duration; write 90s, 10m, 1h30m or a number of seconds")
        }
        return duration
    }

    /// An RFC 3339 time.
    static func time(_ text: String) throws -> Timestamp {
        guard let time = Timestamp(text) else {
            throw ValidationError("'\(text)' is no time with a zone; write it like 2026-12-01T02:00:00Z")
        }
        return time
    }

    /// `key=value`.
    static func pair(_ text: String) throws -> KeyValue {
        guard let sign = text.firstIndex(of: "="), sign != text.startIndex else {
            throw ValidationError("'\(text)' is not of the form key=value")
        }
        return KeyValue(key: String(text[..<sign]), value: String(text[text.index(after: sign)...]))
    }

    /// Names separated by commas, with or without spaces.
    static func names(_ text: String) -> [String] {
        text.split(separator: ",").compactMap { name in
            let words = name.split(separator: " ")
            return words.isEmpty ? nil : words.joined(separator: " ")
        }
    }

    /// Names of queues separated by commas.
    static func queues(_ text: String) throws -> [String] {
        let names = names(text)
        for name in names where name.utf8.count > 64 || !name.utf8.allSatisfy(FieldRules.isWordByte) {
            throw ValidationError("'\(name)' is no name of a queue; it has 1 to 64 letters, digits, . _ or -")
        }
        return names
    }

    /// A job's id; whatever is no id names no job.
    static func job(_ text: String) throws(CommandFailure) -> JobID {
        guard let id = JobID(text) else {
            throw CommandFailure(.noSuchJob, "there is no job \(text.debugDescription); an id has 36 characters")
        }
        return id
    }
}

/// An option of the form `key=value`.
struct KeyValue {
    let key: String
    let value: String
}

extension [KeyValue] {
    /// The pairs by key; a later one replaces an earlier one.
    var dictionary: [String: String] { Dictionary(map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }) }
}
