/// A place that an instance can come from: what EC2 has capacity of, or not.
public struct CapacityPool: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// How an instance is paid.
    public enum Lifecycle: String, Hashable, Sendable, CaseIterable {
        /// Cheap, and taken away at any time.
        case spot
        /// At the full price.
        case onDemand = "on-demand"
    }

    /// The instance type, such as `m7g.large`.
    public var type: String
    /// The Availability Zone, such as `eu-central-1a`.
    public var zone: String
    /// How it is paid.
    public var lifecycle: Lifecycle

    /// Makes a pool.
    public init(type: String, zone: String, lifecycle: Lifecycle) {
        self.type = type
        self.zone = zone
        self.lifecycle = lifecycle
    }

    /// The text for people and logs, such as `spot m7g.large in eu-central-1a`.
    public var description: String { "\(lifecycle.rawValue) \(type) in \(zone)" }

    /// Whether the left one comes first, by type, zone and lifecycle.
    public static func < (left: Self, right: Self) -> Bool {
        (left.type, left.zone, left.lifecycle.rawValue) < (right.type, right.zone, right.lifecycle.rawValue)
    }
}
