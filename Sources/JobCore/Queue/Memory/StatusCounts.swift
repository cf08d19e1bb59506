/// How many jobs are in each status.
///
/// Counts change with every step of every job, and hashing a status means hashing its name.
struct StatusCounts {
    private var numbers = [Int](repeating: 0, count: JobStatus.allCases.count)

    subscript(_ status: JobStatus) -> Int {
        get { numbers[status.place] }
        set { numbers[status.place] = newValue }
    }

    /// The statuses that some jobs are in.
    var present: [JobStatus: Int] {
        let counts = JobStatus.allCases.map { ($0, self[$0]) }
        return Dictionary(uniqueKeysWithValues: counts.filter { $0.1 > 0 })
    }
}

extension JobStatus {
    /// Its place among all of them.
    fileprivate var place: Int {
        switch self {
        case .scheduled: 0
        case .queued: 1
        case .retrying: 2
        case .running: 3
        case .cancelling: 4
        case .succeeded: 5
        case .failed: 6
        case .poisoned: 7
        case .cancelled: 8
        }
    }
}
