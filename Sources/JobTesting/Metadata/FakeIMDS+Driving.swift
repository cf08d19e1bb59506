public import JobCore

extension FakeIMDS {
    /// Announces an interruption.
    ///
    /// - Parameters:
    ///   - action: `terminate`, `stop` or `hibernate`.
    ///   - time: when it comes; nil for two minutes from now.
    public func interrupt(action: String = "terminate", at time: Timestamp? = nil) {
        let end = time ?? self.time.now + .seconds(120)
        state.update { $0.interruption = .init(action: action, at: end) }
    }

    /// Takes the announcement back.
    public func withdrawInterruption() {
        state.update { $0.interruption = nil }
    }

    /// Recommends to replace the instance.
    ///
    /// - Parameter time: when that was found out; nil for now.
    public func recommendRebalance(at time: Timestamp? = nil) {
        let noticed = time ?? self.time.now
        state.update { $0.rebalancedAt = noticed }
    }

    /// Replaces the scheduled maintenance.
    public func schedule(_ events: [Maintenance]) {
        state.update { $0.maintenance = events }
    }

    /// Sets the state that an Auto Scaling group wants, such as `InService` or `Terminated`; nil outside a group.
    public func setLifecycleState(_ name: String?) {
        state.update { $0.lifecycleState = name }
    }

    /// Sets any item below `/latest`, such as `meta-data/spot/termination-time`, whatever it would be otherwise.
    ///
    /// - Parameters:
    ///   - path: the path without `/latest/`.
    ///   - text: what it holds; nil when it is not there.
    public func set(_ path: String, to text: String?) {
        state.update { $0.overrides[path] = .some(text) }
    }

    /// Sets how long the role's credentials last, and which they are.
    ///
    /// - Parameters:
    ///   - accessKeyID: the access key.
    ///   - expiresAt: when they end.
    ///   - code: `Success`, or why there are none; the status is 200 all the same.
    public func setCredentials(accessKeyID: String, expiresAt: Timestamp, code: String = "Success") {
        state.update { $0.credentials = .init(accessKeyID: accessKeyID, expiresAt: expiresAt, code: code) }
    }

    /// Forgets all tokens that were handed out.
    public func expireTokens() {
        state.update { $0.tokens = [:] }
    }

    /// Switches the service off, as an instance option can: every request is then refused with 403.
    public func setEnabled(_ isEnabled: Bool) {
        state.update { $0.isEnabled = isEnabled }
    }

    /// Makes something go wrong from now on; of faults that match a request, the first counts.
    public func inject(_ fault: Fault) {
        state.update { $0.faults.append((fault, 0)) }
    }

    /// Lets everything go well again.
    public func removeFaults() {
        state.update { $0.faults = [] }
    }
}
