internal import JobCore

extension StoreTransaction {
    private static let updatePlace = Query("UPDATE jobs SET queue = ?, priority = ? WHERE seq = ?")
    private static let updateSpec = Query("UPDATE job_specs SET spec = ? WHERE job = ?")
    private static let dropTags = Query("DELETE FROM job_tags WHERE job = ?")

    /// Writes the specification of a job that people changed, and what the tables repeat of it.
    ///
    /// - Returns: how many bytes it has.
    func saveSpec(_ edit: Edit) throws -> Int {
        let (seq, spec) = (edit.original.seq, edit.job.spec)
        let text = spec.json.utf8
        try session.execute(Self.updatePlace) { row in
            row.bind(spec.queue)
            row.bind(spec.priority)
            row.bind(seq)
        }
        try session.execute(Self.updateSpec) { row in
            row.bind(text: text)
            row.bind(seq)
        }
        if spec.tags != edit.original.job.spec.tags {
            try session.execute(Self.dropTags) { $0.bind(seq) }
            try insertTags(spec.tags, of: seq)
        }
        return text.count
    }
}
