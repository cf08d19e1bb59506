public import JobCore

extension FleetService {
    /// What a fleet service needs of its store.
    public typealias Store = RecordStore & WorkerDirectory & QueueInspection & QueueControl & QueueSignals & TokenStore

    /// The settings of a fleet service.
    public struct Configuration: Sendable {
        /// How the controller decides; holds the installation's name.
        public var controller: FleetController.Settings
        /// The URL under which instances reach the server, where a fleet names none.
        public var server: String?
        /// The SHA-256 of the agents that the server hands out, by platform such as `linux-aarch64`.
        public var agents: [String: String]
        /// The Region of the cloud; fleets of another one are left alone.
        public var region: String?
        /// Tells this process from others on the same store.
        public var holder: String
        /// How often to look when no signal comes.
        public var poll: Duration
        /// How often to read what EC2 offers.
        public var marketInterval: Duration
        /// How often to list what EC2 has at first, and how many times.
        public var earlySweep: (interval: Duration, count: Int)
        /// How often to list what EC2 has afterwards.
        public var sweepInterval: Duration

        /// Makes the standard settings.
        ///
        /// - Parameters:
        ///   - owner: the installation whose instances are ours: 1 to 64 letters, digits, `.`, `_` or `-`.
        ///   - server: the URL under which instances reach the server, where a fleet names none.
        ///   - holder: tells this process from others on the same store.
        public init(owner: String, server: String? = nil, holder: String) {
            self.controller = FleetController.Settings(owner: owner)
            self.server = server
            self.agents = [:]
            self.holder = holder
            self.poll = .seconds(5)
            self.marketInterval = .seconds(300)
            self.earlySweep = (.seconds(10), 20)
            self.sweepInterval = .seconds(120)
        }
    }
}
