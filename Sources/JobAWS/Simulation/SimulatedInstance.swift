internal import JobCore

/// An instance of the simulated world, with what runs on it.
struct SimulatedInstance {
    let id: String
    let pool: CapacityPool
    let launch: String
    let launchedAt: Timestamp
    let vcpus: Int
    let slots: Int
    let owner: String
    /// When EC2's lists tell of it.
    var visibleAt: Timestamp
    var state = CloudInstance.State.running
    var endedAt: Timestamp?
    var reason: String?
    var isMarked = false
    var tags: [String: String] = [:]
    /// What it has cost, and until when that is counted.
    var dollars = 0.0
    var countedUntil: Timestamp

    // The worker.
    var isWorking = false
    var isDraining = false
    var hasWorked = false
    var isSilent = false
    var silentSince: Timestamp?
    var notice: WorkerNotice?
    var jobs: [Int] = []
    var idleSince: Timestamp?
    /// Whether it does not power off by itself.
    var isStuck = false
    /// Calls to terminate it that EC2 still refuses.
    var refusals = 0

    var exists: Bool { state == .pending || state == .running }
    var canClaim: Bool {
        exists && isWorking && !isDraining && !isSilent && notice?.kind != .interruption && jobs.count < slots
    }

    var cloud: CloudInstance {
        var tags = tags
        tags[FleetTag.owner] = owner
        if !launch.isEmpty { tags[FleetTag.launch] = launch }
        return CloudInstance(
            id: id, state: state, pool: pool, launchedAt: launchedAt, reason: reason, isMarked: isMarked, tags: tags)
    }
}

/// A job of the simulated world: the real lifecycle, and what is left to do.
struct SimulatedJob {
    var job: Job
    var left: Duration
    var successes = 0
    var waitingSince: Timestamp
}
