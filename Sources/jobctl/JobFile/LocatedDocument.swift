internal import JobCore

/// One document of a job or fleet file, with the lines of its fields where they are known.
struct LocatedDocument {
    let value: JSONValue
    /// The line where the document's value begins, from 1.
    var firstLine = 1
    /// The lines of values by path; empty unless they were asked for.
    var lines: [String: Int] = [:]

    /// The line of a field, or of its nearest parent that there is.
    func line(of path: String) -> Int {
        var path = path[...]
        while !path.isEmpty {
            if let line = lines[String(path)] { return line }
            guard let cut = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { break }
            path = path[..<cut]
        }
        return lines[""] ?? firstLine
    }
}
