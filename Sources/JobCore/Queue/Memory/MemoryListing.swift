/// The ids of all jobs in order, for listing.
///
/// Sorted only when somebody lists, so that storing a job stays cheap.
struct MemoryListing {
    private var sorted: [JobID] = []
    private var recent: [JobID] = []

    mutating func insert(_ id: JobID) {
        recent.append(id)
    }

    /// Drops the ids of removed jobs once they are the majority.
    mutating func noteRemoval(keeping records: [JobID: MemoryRecord]) {
        guard sorted.count + recent.count > 2 * records.count + 64 else { return }
        sorted.removeAll { records[$0] == nil }
        recent.removeAll { records[$0] == nil }
    }

    /// The ids before `last`, or all, greatest first; some of them may have been removed.
    mutating func descending(before last: JobID?) -> ReversedCollection<ArraySlice<JobID>> {
        mergeRecent()
        guard let last else { return sorted[...].reversed() }
        var range = 0..<sorted.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range = sorted[middle] < last ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return sorted[..<range.lowerBound].reversed()
    }

    private mutating func mergeRecent() {
        guard !recent.isEmpty else { return }
        recent.sort()
        // Ids sort by the time of their making, so nearly always all of the new ones come last.
        var kept = sorted.count
        while kept > 0, sorted[kept - 1] >= recent[0] { kept -= 1 }
        var later = sorted[kept...]
        var merged: [JobID] = []
        for id in recent {
            while let next = later.first, next < id { merged.append(later.removeFirst()) }
            // An id that was removed and stored again stands here twice.
            if later.first != id, merged.last != id { merged.append(id) }
        }
        merged.append(contentsOf: later)
        sorted.replaceSubrange(kept..., with: merged)
        recent = []
    }
}
