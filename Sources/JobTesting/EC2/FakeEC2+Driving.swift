public import JobCore

extension FakeEC2 {
    /// Announces that EC2 takes an instance back.
    ///
    /// - Parameters:
    ///   - id: the instance; nothing happens when it is not pending or running.
    ///   - delay: how long until then; nil for the notice period.
    ///   - action: `terminate`, `stop` or `hibernate`, as the notice says; the instance is terminated.
    ///   - ends: whether it is then really taken back.
    public func interrupt(_ id: Instance.ID, in delay: Duration? = nil, action: String = "terminate", ends: Bool = true)
    {
        change { $0.warn(id, action: action, in: delay ?? self.configuration.noticePeriod, ends: ends) }
    }

    /// Takes an instance back without a word.
    public func reclaim(_ id: Instance.ID) {
        change { $0.end(id, reason: .spot, interrupted: true) }
    }

    /// Lets the hardware below an instance fail.
    public func fail(_ id: Instance.ID) {
        change { $0.end(id, reason: .failure) }
    }

    /// Recommends to replace an instance.
    public func recommendRebalance(_ id: Instance.ID) {
        change { $0.notices[id, default: InstanceNotice()].rebalanceAt = $0.now }
    }

    /// The machine switches itself off, as `poweroff` does inside; it stops or terminates, as it was launched to do.
    public func powerOff(_ id: Instance.ID) {
        change { $0.powerOff(id) }
    }

    /// The launch templates that exist, by name.
    public var launchTemplates: [String] { change { $0.templates.values.map(\.name).sorted() } }

    /// The spot price of a type in a zone at a time, in dollars per hour.
    public func spotPrice(of type: String, in zone: String, at time: Timestamp) -> Double {
        world.value.price(of: Pool(type: type, zone: zone, lifecycle: .spot), at: time)
    }
}
