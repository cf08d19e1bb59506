internal import JobCore
internal import Logging
internal import ServiceLifecycle
internal import UnixSignals

/// Runs the server and its runners until one fails or signals stop them: the first drains, the second stops at once.
struct ServingGroup {
    /// In the order of starting; they are shut down in the opposite one, so the server comes last.
    let services: [any Service]
    let drainTimeout: Duration
    let logger: Logger

    /// Returns when all have ended.
    ///
    /// - Throws: what the first service to fail threw.
    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        var configuration = ServiceGroupConfiguration(
            // A runner that was told to drain ends by itself, and the server goes on without it.
            services: services.map { service in
                .init(
                    service: (service as? JobRunner).map { ServedRunner(runner: $0, logger: logger) } ?? service,
                    successTerminationBehavior: .ignore)
            }, logger: logger)
        // What still holds on after that, such as a client in the middle of a download, is cut off.
        configuration.maximumGracefulShutdownDuration = drainTimeout * 2 + .seconds(15)
        let group = ServiceGroup(configuration: configuration)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask {
                var count = 0
                for await signal in signals {
                    count += 1
                    logger.notice(count > 1 ? "Stopping at once" : "Draining", metadata: ["signal": "\(signal)"])
                    if count > 1 { return }
                    await group.triggerGracefulShutdown()
                }
            }
            _ = try await tasks.next()
            tasks.cancelAll()
            try await tasks.waitForAll()
        }
    }
}

/// A runner of the server, which tells when it ends before the server does.
private struct ServedRunner: Service {
    let runner: JobRunner
    let logger: Logger

    func run() async throws {
        try await runner.run()
        guard !Task.isCancelled, !Task.isShuttingDownGracefully else { return }
        logger.notice(
            "A worker of this server was drained and has ended; only a restart of the server brings it back")
    }
}
