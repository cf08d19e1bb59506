extension JobRunner {
    /// What a runner serves and how.
    public struct Configuration: Hashable, Sendable {
        /// The worker's name: unique among all that share the store.
        public var worker: String
        /// The named queues and how many of the slots each may use.
        public var slots: [ClaimRequest.Slots]
        /// How many jobs run at a time in all, at least 1.
        ///
        /// Setting it moves the limits of the named queues that might use all slots.
        public var concurrency: Int {
            didSet {
                concurrency = max(1, concurrency)
                for index in slots.indices where slots[index].limit == oldValue { slots[index].limit = concurrency }
            }
        }
        /// How long a lease lasts without a heartbeat; renewed after a third of it.
        ///
        /// At least 1 s.
        ///
        /// A worker that dies is noticed after this time at the latest.
        public var lease: Duration
        /// How long running jobs may go on after shutdown was asked for, before they are stopped and given back.
        public var drainTimeout: Duration
        /// How often an idle runner looks for jobs without a signal, at most.
        public var pollInterval: Duration
        /// How often finished jobs past their retention are deleted.
        public var pruneInterval: Duration
        /// Whether the runner ends by itself when nothing waits or runs in its queues.
        public var stopsWhenEmpty: Bool
        /// The version of the program, for the list of workers; at most 100 characters.
        public var version = ""

        /// After how long without a job the runner ends by itself; nil for never.
        ///
        /// Time in which the store does not answer does not count. More than zero.
        public var idleTimeout: Duration?
        /// After how long without an answer of the store the runner ends with an error; nil for never.
        ///
        /// More than zero.
        public var lostTimeout: Duration?
        /// After how many jobs the runner ends by itself, such as 1 for a machine of one use; nil for any number.
        ///
        /// At least 1.
        public var maxJobs: Int?

        /// How often the runner tells that it lives.
        let reportInterval = Duration.seconds(20)

        /// The most jobs asked for in one claim: half of many slots, so that one half is stored while the other works.
        var claimedAtOnce: Int { max(32, concurrency / 2) }

        /// How soon a runner looks again when a job should be due but none was to be had.
        let shortestPoll = Duration.milliseconds(10)

        /// Makes a configuration that serves named queues from one pool of slots.
        ///
        /// Values out of range are moved into it.
        public init(
            worker: String = Configuration.uniqueWorkerName(), queues: [String] = [JobSpec.defaultQueue],
            concurrency: Int = 4, lease: Duration = .seconds(30), drainTimeout: Duration = .seconds(30),
            pollInterval: Duration = .seconds(5), pruneInterval: Duration = .seconds(600), stopsWhenEmpty: Bool = false
        ) {
            self.worker = worker
            self.concurrency = max(1, concurrency)
            self.slots = queues.map { ClaimRequest.Slots(queue: $0, limit: max(1, concurrency)) }
            self.lease = max(.seconds(1), lease)
            self.drainTimeout = max(.zero, drainTimeout)
            self.pollInterval = max(.milliseconds(10), pollInterval)
            self.pruneInterval = max(.seconds(1), pruneInterval)
            self.stopsWhenEmpty = stopsWhenEmpty
        }

        /// A name that no other worker has: the host's name, the process and a random part.
        public static func uniqueWorkerName() -> String {
            var random = SystemRandomNumberGenerator()
            let suffix = String(UInt32(truncatingIfNeeded: random.next()), radix: 36)
            return "\(ProcessIdentity.hostName):\(ProcessIdentity.processID):\(suffix)"
        }
    }
}
