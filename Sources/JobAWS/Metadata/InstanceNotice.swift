public import JobCore

/// What an instance is told about its future, or that it cannot hear it.
public enum InstanceNotice: Hashable, Sendable {
    /// AWS takes it back.
    case interruption(InterruptionAction, at: Timestamp)
    /// AWS thinks that it may be taken back soon, or not.
    case rebalance(at: Timestamp)
    /// Something is planned, such as `instance-retirement` or `system-reboot`.
    case maintenance(event: String, notBefore: Timestamp?)
    /// Its auto-scaling group wants it in another state, such as `Terminated`.
    case lifecycle(state: String)
    /// The service has not answered for several polls; what it says meanwhile is not heard.
    case blind(since: Timestamp, reason: String)
    /// It answers again.
    case sighted
}

/// What AWS does with an interrupted instance.
public enum InterruptionAction: String, Hashable, Sendable {
    /// It is ended.
    case terminate
    /// It is stopped, and may be started again.
    case stop
    /// It is put to sleep, without two minutes of warning.
    case hibernate
}
