internal import JobCore

/// What a caller wants listed; pure.
struct JobListing {
    private(set) var filter = JobFilter()
    private(set) var after: JobID?
    private(set) var limit = 50
    /// Whether no job can pass, because one tag cannot have two values.
    private(set) var isImpossible = false
    /// The parameters as they were given, without the cursor.
    private var given: [(name: String, value: String)] = []

    static let mostAtOnce = 1_000

    /// Reads the query of a listing.
    ///
    /// - Throws: ``Problem`` naming each wrong parameter.
    init(query text: String?) throws(Problem) {
        var query = try QueryReader(text)
        for name in query.all("status") {
            guard let status = JobStatus(rawValue: name) else {
                let names = JobStatus.allCases.map(\.rawValue).joined(separator: ", ")
                query.fault("status", "must be one of \(names)")
                continue
            }
            keep("status", name)
            filter.statuses.insert(status)
        }
        for name in query.all("queue") {
            keep("queue", name)
            filter.queues.insert(name)
        }
        for tag in query.all("tag") {
            // Bytes and not characters: a combining mark after the colon would make another character of it.
            guard let sign = tag.utf8.firstIndex(of: UInt8(ascii: ":")), sign != tag.startIndex else {
                query.fault("tag", "must be of the form key:value")
                continue
            }
            let (key, value) = (String(tag[..<sign]), String(tag[tag.utf8.index(after: sign)...]))
            if let other = filter.tags[key], other != value { isImpossible = true }
            keep("tag", tag)
            filter.tags[key] = value
        }
        filter.name = query.text("name")
        filter.name.map { keep("name", $0) }
        filter.createdFrom = query.time("from")
        filter.createdFrom.map { keep("from", $0.description) }
        filter.createdBefore = query.time("before")
        filter.createdBefore.map { keep("before", $0.description) }
        if let limit: Int = query.integer("limit", 1...Self.mostAtOnce) {
            self.limit = limit
            keep("limit", "\(limit)")
        }
        after = query.read("cursor", as: "a cursor that this server gave", Self.position)
        try query.finish()
    }

    /// The query of the page after a job.
    func query(after job: JobID) -> String {
        (given + [("cursor", Self.cursor(job))]).map { "\($0.name)=\(PercentCoding.encode($0.value))" }
            .joined(separator: "&")
    }

    private mutating func keep(_ name: String, _ value: String) { given.append((name, value)) }

    /// A version byte and the job's sixteen: opaque to callers, and refused when it is anything else.
    static func cursor(_ job: JobID) -> String { Base64URL.encode([1] + job.bytes) }

    private static func position(_ cursor: String) -> JobID? {
        guard cursor.utf8.count <= 40, let bytes = Base64URL.decode(cursor), bytes.count == 17, bytes[0] == 1 else {
            return nil
        }
        return JobID(bytes: bytes.dropFirst())
    }
}
