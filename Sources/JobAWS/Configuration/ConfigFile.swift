/// The sections of a file in the form of `~/.aws/config`.
///
/// Source: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
struct ConfigFile: Hashable, Sendable {
    /// The settings by section and name, names in lower case.
    private(set) var sections: [String: [String: String]] = [:]

    /// Reads a text; lines that are neither section nor setting are skipped, as other programs do.
    init(_ text: String) {
        var section: String?
        for line in text.split(whereSeparator: \.isNewline) {
            // An indented line belongs to the setting above it; none of those matter here.
            guard let first = line.first, first != " ", first != "\t", first != "#", first != ";" else { continue }
            if first == "[" {
                section = line.dropFirst().split(separator: "]", omittingEmptySubsequences: false).first
                    .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
                if let section, sections[section] == nil { sections[section] = [:] }
            } else if let section, let equals = line.firstIndex(of: "=") {
                let name = String(line[..<equals]).trimmingSpace.lowercased()
                sections[section]?[name] = Self.value(line[line.index(after: equals)...])
            }
        }
    }

    /// Without a comment behind it, which begins after white space.
    private static func value(_ text: Substring) -> String {
        var end = text.endIndex
        for mark in [" #", " ;", "\t#", "\t;"] {
            if let range = text.firstRange(of: mark) { end = min(end, range.lowerBound) }
        }
        return String(text[..<end]).trimmingSpace
    }
}
