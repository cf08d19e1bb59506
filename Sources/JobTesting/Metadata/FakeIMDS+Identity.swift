public import JobCore

extension FakeIMDS {
    /// What an instance is told about itself.
    public struct Identity: Hashable, Sendable {
        /// Its id.
        public var instanceID = "i-0123456789abcdef0"
        /// Its type.
        public var instanceType = "c7g.large"
        /// `arm64` or `x86_64`.
        public var architecture = "arm64"
        /// Whether it is bought on the spot market.
        public var lifecycle = FakeEC2.Lifecycle.spot
        /// Its image.
        public var imageID = "ami-0arm64"
        /// Its Region.
        public var region = "us-east-1"
        /// Its availability zone.
        public var zone = "us-east-1a"
        /// Its account.
        public var accountID = "123456789012"
        /// Its private address.
        public var privateAddress = "10.18.0.1"
        /// Its public address; nil for none.
        public var publicAddress: String?
        /// Its tags; nil when they are not shown in the metadata.
        public var tags: [String: String]?
        /// What it was told to run; nil for nothing.
        public var userData: [UInt8]?
        /// The role whose credentials it hands out; nil for none.
        public var role: String?
        /// Whether a request without a token is refused; default true.
        public var requiresTokens = true
        /// How many hops a token may travel; default 1.
        public var hopLimit = 1
        /// When it was launched.
        public var launchedAt = Timestamp(seconds: 1_767_225_600)

        /// Makes the identity of some spot instance.
        public init() {}
    }

    /// Something that goes wrong with the service.
    public struct Fault: Hashable, Sendable {
        /// What happens to a request.
        public enum Effect: Hashable, Sendable {
            /// It is answered with this status, such as 401, 403 or 503.
            case status(Int)
            /// It is answered with this text and status 200.
            case text(String)
            /// The connection is refused.
            case refused
            /// The connection closes without an answer.
            case closed
            /// There is no answer, as when a token has too far to go.
            case silent
        }

        let effect: Effect
        let part: String?
        let calls: ClosedRange<Int>

        /// Makes a fault.
        ///
        /// - Parameters:
        ///   - effect: what happens.
        ///   - part: a part of the paths that it happens to, such as `api/token`; nil for all.
        ///   - calls: which of these requests, from 1, counted from when the fault is injected.
        public init(_ effect: Effect, to part: String? = nil, calls: ClosedRange<Int> = 1...Int.max) {
            self.effect = effect
            self.part = part
            self.calls = calls
        }
    }

    /// A maintenance of the hardware.
    public struct Maintenance: Hashable, Sendable {
        /// `system-reboot`, `instance-reboot`, `system-maintenance`, `instance-retirement` or `instance-stop`.
        public var code: String
        /// When it begins at the earliest.
        public var notBefore: Timestamp
        /// When it ends at the latest; nil when that is not said.
        public var notAfter: Timestamp?
        /// Its id.
        public var eventID: String
        /// `active`, `completed` or `canceled`.
        public var state: String

        /// Makes an active event.
        public init(
            _ code: String, notBefore: Timestamp, notAfter: Timestamp? = nil,
            eventID: String = "instance-event-0d59937288b749b32",
            state: String = "active"
        ) {
            self.code = code
            self.notBefore = notBefore
            self.notAfter = notAfter
            self.eventID = eventID
            self.state = state
        }
    }
}
