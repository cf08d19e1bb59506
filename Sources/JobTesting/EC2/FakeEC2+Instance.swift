public import JobCore

extension FakeEC2 {
    /// A machine, as the fake knows it.
    public struct Instance: Hashable, Sendable, Identifiable {
        /// A state as EC2 names it.
        public enum State: String, Hashable, Sendable, CaseIterable {
            /// Asked for.
            case pending
            /// Paid for.
            case running
            /// On its way to `terminated`.
            case shuttingDown = "shutting-down"
            /// Gone for good.
            case terminated
            /// On its way to `stopped`.
            case stopping
            /// Off, and its volumes are paid for.
            case stopped
        }

        /// Why it is in its state.
        public struct Reason: Hashable, Sendable {
            /// EC2's code, such as `Server.SpotInstanceTermination`.
            public var code: String
            /// EC2's text.
            public var message: String
        }

        /// `i-` and 17 hexadecimal digits.
        public let id: String
        /// The how manieth launch of the fake it is, from 1.
        public let ordinal: Int
        /// The call that launched it, as it is grouped in answers.
        public let reservationID: String
        /// The image.
        public let imageID: String
        /// Where it runs and how it is bought.
        public let pool: Pool
        /// The subnet.
        public let subnetID: String
        /// When it was launched.
        public let launchedAt: Timestamp
        /// The client token of the call; empty when there was none.
        public let clientToken: String
        /// What the machine runs when it boots.
        public let userData: [UInt8]
        /// Whether a power-off terminates it, rather than stopping it.
        public let terminatesOnShutdown: Bool
        /// The instance profile's name or ARN.
        public let instanceProfile: String?
        /// Whether its metadata wants tokens.
        public let requiresTokens: Bool
        /// How many hops a token may travel.
        public let hopLimit: Int
        /// Whether its metadata holds its tags.
        public let showsTags: Bool
        /// The security groups.
        public let securityGroups: [String]
        /// Its private address.
        public let privateAddress: String
        /// Its public address.
        public let publicAddress: String?
        /// The spot request that it fulfils.
        public var spotRequestID: String?
        /// The fleet that launched it.
        public let fleetID: String?
        /// Its volumes.
        public var volumeIDs: [String] = []
        /// Its state.
        public var state: State = .pending
        /// Why it ended.
        public var reason: Reason?
        /// When it began to be paid for.
        public var runningAt: Timestamp?
        /// When it was no longer paid for.
        public var endedAt: Timestamp?
        /// Its tags.
        public var tags: [String: String]
        /// When EC2 is going to take it back, once announced.
        public var interruptedAt: Timestamp?
        /// Whether EC2 took it back, announced or not.
        public var wasInterrupted = false

        /// Whether it still costs money, or will.
        public var isAlive: Bool { state == .pending || state == .running }
    }
}
