/// What an instance of ``FakeEC2`` really is.
///
/// ``FakeEC2/run()`` calls it, one call at a time: it boots what began to run, and kills what began to end.
public protocol InstanceHost: Sendable {
    /// Starts a machine and returns when it runs.
    ///
    /// A machine that switches itself off tells ``FakeEC2/powerOff(_:)`` about it.
    ///
    /// - Parameters:
    ///   - instance: what to start.
    ///   - cloud: where it was launched.
    /// - Throws: when it cannot be started; EC2 then reports that its hardware failed.
    func boot(_ instance: FakeEC2.Instance, in cloud: FakeEC2) async throws

    /// Ends a machine with everything that runs in it, and returns when nothing is left of it.
    func kill(_ id: FakeEC2.Instance.ID) async

    /// What a machine wrote to its console so far; nil when it has none.
    func console(of id: FakeEC2.Instance.ID) async -> [UInt8]?
}

/// Boots nothing: the test plays the part of the machines.
public struct NoHost: InstanceHost {
    /// Makes a host.
    public init() {}

    /// Does nothing.
    public func boot(_ instance: FakeEC2.Instance, in cloud: FakeEC2) async {}

    /// Does nothing.
    public func kill(_ id: FakeEC2.Instance.ID) async {}

    /// There is none.
    public func console(of id: FakeEC2.Instance.ID) async -> [UInt8]? { nil }
}
