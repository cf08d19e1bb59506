public import JobCore
public import Logging
public import ServiceLifecycle

/// Keeps fleets as they should be: the shell around ``FleetController``.
///
/// It reads store and cloud, tells the controller, and does what that answers. Of several services on one store one
/// leads; another takes over when it ends. Calls of the cloud run beside each other, each with its own errors.
public struct FleetService: Service {
    let store: any Store
    package let cloud: any FleetCloud
    let configuration: Configuration
    let time: TimeSource
    let random: RandomSource
    let logger: Logger

    /// Makes a service.
    ///
    /// - Parameters:
    ///   - store: the jobs' store, which keeps the fleets as well.
    ///   - cloud: EC2.
    ///   - configuration: the settings.
    ///   - time: clocks.
    ///   - random: where ids and secrets come from.
    ///   - logger: where to tell what happens.
    public init(
        store: any Store, cloud: any FleetCloud, configuration: Configuration, time: TimeSource = .system,
        random: RandomSource = .system, logger: Logger = Logger(label: "jobkit.fleet")
    ) {
        self.store = store
        self.cloud = cloud
        self.configuration = configuration
        self.time = time
        self.random = random
        self.logger = logger
    }

    /// Runs until it is cancelled or asked to shut down; instances go on without it.
    public func run() async throws {
        let loop = FleetLoop(self)
        await cancelWhenGracefulShutdown { await loop.run() }
    }
}
