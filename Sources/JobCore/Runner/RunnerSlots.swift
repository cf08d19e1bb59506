/// Which of a runner's slots are taken, in all and for each named queue.
struct RunnerSlots {
    private let concurrency: Int
    private let limits: [ClaimRequest.Slots]
    /// How many jobs take up a slot.
    private(set) var taken = 0
    private var takenByQueue: [String: Int] = [:]

    init(_ configuration: JobRunner.Configuration) {
        concurrency = configuration.concurrency
        limits = configuration.slots
    }

    /// How many more jobs may run in all.
    var free: Int { concurrency - taken }

    /// Whether a job of any named queue may run.
    var hasFree: Bool { free > 0 && limits.contains { free(of: $0) > 0 } }

    /// How many more jobs of each named queue may run, without those that are full.
    var freeByQueue: [ClaimRequest.Slots] {
        limits.compactMap { slots in
            let free = free(of: slots)
            return free > 0 ? ClaimRequest.Slots(queue: slots.queue, limit: free) : nil
        }
    }

    private func free(of slots: ClaimRequest.Slots) -> Int { slots.limit - (takenByQueue[slots.queue] ?? 0) }

    /// A job of a named queue begins.
    mutating func take(_ queue: String) {
        taken += 1
        takenByQueue[queue, default: 0] += 1
    }

    /// A job of a named queue leaves its slot.
    mutating func release(_ queue: String) {
        taken -= 1
        takenByQueue[queue, default: 1] -= 1
    }
}
