internal import JobCore

/// What the filters above the list of jobs say; pure.
///
/// Browsers send all fields of a form, also the empty ones, and times without a zone; apart from that it is the query
/// of `GET /v1/jobs`.
struct JobSearch {
    /// What is to be listed.
    let listing: JobListing
    /// The job whose id stands in the search field, which is shown instead of a list.
    let id: JobID?
    /// The fields as they were filled in.
    let fields: [(name: String, value: String)]

    /// How many jobs a page has.
    static let pageSize = 50

    /// Reads the query of the page.
    ///
    /// - Throws: ``Problem`` naming each wrong field.
    init(query text: String?) throws(Problem) {
        let fields = Self.fields(of: text)
        self.fields = fields
        var pairs: [(name: String, value: String)] = []
        var id: JobID?
        for (name, value) in fields {
            switch name {
            case "q":
                if let job = JobID(value) {
                    id = job
                } else if value.contains(":"), !value.contains(" "), !value.hasPrefix(":") {
                    pairs.append(("tag", value))
                } else {
                    pairs.append(("name", value))
                }
            case "from", "before": pairs.append((name, Self.zoned(value)))
            // What the page itself says of an action that was done.
            case "done": break
            default: pairs.append((name, value))
            }
        }
        self.id = id
        if !pairs.contains(where: { $0.name == "limit" }) { pairs.append(("limit", "\(Self.pageSize)")) }
        listing = try JobListing(query: Self.query(pairs))
    }

    /// The value of a field; an empty text when there is none.
    static func value(_ name: String, in query: String?) -> String {
        fields(of: query).first { $0.name == name }?.value ?? ""
    }

    /// The query without its cursor, with another one; nil for the first page.
    func query(after job: JobID?) -> String {
        var pairs = fields.filter { $0.name != "cursor" && $0.name != "done" }
        if let job { pairs.append(("cursor", JobListing.cursor(job))) }
        return Self.query(pairs)
    }

    /// The fields that are filled in; what is not well-formed is left to the listing's reader to refuse.
    private static func fields(of query: String?) -> [(name: String, value: String)] {
        (query ?? "").split(separator: "&").prefix(100).compactMap { part in
            let sign = part.firstIndex(of: "=") ?? part.endIndex
            guard let name = PercentCoding.decode(part[..<sign], plusIsSpace: true),
                let value = PercentCoding.decode(part[sign...].dropFirst(), plusIsSpace: true)?.trimmingSpaces(),
                !value.isEmpty
            else { return nil }
            return (name, value)
        }
    }

    private static func query(_ pairs: [(name: String, value: String)]) -> String {
        pairs.map { "\(PercentCoding.encode($0.name))=\(PercentCoding.encode($0.value))" }.joined(separator: "&")
    }

    /// A local time of a form as a time of UTC; other texts as they stand.
    private static func zoned(_ text: String) -> String {
        switch text.utf8.count {
        case 16 where text.contains("T"): "\(text):00Z"
        case 19 where text.contains("T"): "\(text)Z"
        default: text
        }
    }
}
