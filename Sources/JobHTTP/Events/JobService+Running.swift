public import ServiceLifecycle

extension JobService: Service {
    /// Hands changes of the store to event streams until graceful shutdown, and ends the streams then.
    ///
    /// - Throws: nothing of its own; trouble with the store is logged and tried again.
    public func run() async throws {
        let hub = hub
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await hub.run() }
            group.addTask { try? await gracefulShutdown() }
            _ = await group.next()
            hub.close()
            group.cancelAll()
        }
    }
}
