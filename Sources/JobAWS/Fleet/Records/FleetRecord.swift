/// A fleet as it is stored: its specification, and what people decided since.
public struct FleetRecord: Hashable, Sendable {
    /// The specification.
    public var spec: FleetSpecification
    /// The least number of instances that somebody asked for by hand, in place of the specification's.
    public var minimumOverride: Int?
    /// Whether it launches nothing and lets its instances end.
    public var isDrained: Bool

    /// Makes a record.
    public init(spec: FleetSpecification, minimumOverride: Int? = nil, isDrained: Bool = false) {
        self.spec = spec
        self.minimumOverride = minimumOverride
        self.isDrained = isDrained
    }

    /// How many instances to keep also without work.
    public var minimum: Int { isDrained ? 0 : min(minimumOverride ?? spec.minimum, spec.limits.instances) }
}
