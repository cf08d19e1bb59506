public import ServiceLifecycle

extension JobService: Service {
    /// Hands changes of the store to event streams until graceful shutdown.
    ///
    /// - Throws: nothing of its own; trouble with the store is logged and tried again.
    public func run() async throws {
        try? await gracefulShutdown()
    }
}
