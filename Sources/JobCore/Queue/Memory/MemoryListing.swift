/// All jobs in the order of their submission, for listing.
struct MemoryListing {
    private var entries: [(sequence: Int, id: JobID)] = []

    mutating func insert(_ record: MemoryRecord) {
        entries.append((record.sequence, record.job.id))
    }

    /// Drops the entries of removed jobs once they are the majority.
    mutating func noteRemoval(keeping records: [JobID: MemoryRecord]) {
        guard entries.count > 2 * records.count + 64 else { return }
        entries.removeAll { records[$0.id]?.sequence != $0.sequence }
    }

    /// The records that were submitted before the one of an id, or all, newest first.
    ///
    /// Of an id that is gone nothing is known but the time that it begins with.
    func descending(
        before last: JobID?, in records: [JobID: MemoryRecord]
    ) -> some Sequence<MemoryRecord> {
        let known = last.flatMap { records[$0] }
        let end = known.map { place(of: $0.sequence) } ?? entries.count
        let limit = known == nil ? last : nil
        return entries[..<end].reversed().lazy.compactMap { entry in
            // An id that was removed and stored again stands here twice.
            guard let record = records[entry.id], record.sequence == entry.sequence else { return nil }
            if let limit, entry.id >= limit { return nil }
            return record
        }
    }

    /// Where the entry of a sequence number stands.
    private func place(of sequence: Int) -> Int {
        var range = 0..<entries.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range = entries[middle].sequence < sequence ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound
    }
}
