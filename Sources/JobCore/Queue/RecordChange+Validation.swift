extension [RecordChange] {
    /// Checks names, sizes and numbers of a batch, and that no record stands in it twice; for those who write a store.
    ///
    /// - Throws: ``QueueError`` with code `invalidRequest`, naming the first offending field.
    public func validate() throws(QueueError) {
        let issues = IssueList()
        if count > RecordLimits.changes { issues.add("changes", "must have at most \(RecordLimits.changes) entries") }
        var seen: Set<RecordName> = []
        var total: Int64 = 0
        for (index, change) in prefix(RecordLimits.changes).enumerated() {
            let path = "changes[\(index)]"
            let name = RecordName(collection: change.collection, key: change.key)
            name.check(path, issues)
            if !seen.insert(name).inserted { issues.add(path, "names a record that stands in the batch before") }
            guard case .put(let value) = change.action else { continue }
            total += value.checkDocument("\(path).value", issues)
        }
        if total > RecordLimits.batch.bytes {
            issues.add("changes", "must have at most \(RecordLimits.batch.bytes) bytes together")
        }
        guard let issue = issues.issues.first else { return }
        throw QueueError(.invalidRequest, operation: "write", detail: issue.description)
    }
}

/// What names a record.
package struct RecordName: Hashable, Sendable {
    package var collection: String
    package var key: String

    package init(collection: String, key: String) {
        self.collection = collection
        self.key = key
    }

    func check(_ path: String, _ issues: IssueList) {
        FieldRules(issues: issues).word(collection, FieldIssue.join(path, "collection"))
        guard !(1...200).contains(key.utf8.count) || !key.utf8.allSatisfy(FieldRules.isWordByte) else { return }
        issues.add(FieldIssue.join(path, "key"), "must be 1 to 200 letters, digits, . _ or -")
    }
}

extension JSONValue {
    /// Checks what a store must be able to read again.
    ///
    /// - Returns: how many bytes the document has.
    fileprivate func checkDocument(_ path: String, _ issues: IssueList) -> Int64 {
        guard nests(atMost: RecordLimits.depth) else {
            issues.add(path, "must not be nested deeper than \(RecordLimits.depth) levels")
            return 0
        }
        // Mostly the cheap bound says enough.
        let bound = Int64(sizeBound)
        let size = bound <= RecordLimits.size.bytes / 2 ? bound : Int64(utf8.count)
        if size > RecordLimits.size.bytes { issues.add(path, "must have at most \(RecordLimits.size.bytes) bytes") }
        return size
    }

    private func nests(atMost levels: Int) -> Bool {
        switch self {
        case .array(let items): levels > 0 && items.allSatisfy { $0.nests(atMost: levels - 1) }
        case .object(let object): levels > 0 && object.members.allSatisfy { $0.value.nests(atMost: levels - 1) }
        case .null, .bool, .integer, .number, .string: true
        }
    }
}

extension QueueError {
    /// Checks how many records are asked for.
    ///
    /// - Throws: ``QueueError`` with code `invalidRequest`.
    package static func checkRecords(limit: Int) throws(QueueError) {
        guard !(1...1_000).contains(limit) else { return }
        throw QueueError(
            .invalidRequest, operation: "records",
            detail: "the limit is \(limit) but must lie between 1 and 1000")
    }

    /// There are as many records as there may be.
    package static let tooManyRecords = QueueError(
        .full, operation: "write",
        detail: "there are \(RecordLimits.records) records, the most that are kept; delete some")
}
