internal import JobCore

extension FakeEC2 {
    /// Lets time pass for the instances while nobody asks, and their host boot and kill them; for fakes with a host, and
    /// for tests that wait for what time does.
    ///
    /// ``withServer(_:)`` does it by itself. It returns when the task is cancelled, after it has killed what still runs.
    public func run() async {
        while !Task.isCancelled {
            let (actions, due) = change { world in
                defer { world.actions = [] }
                return (world.actions, world.schedule.first?.at)
            }
            for action in actions { await perform(action) }
            guard actions.isEmpty else { continue }
            await waitForChange(from: due)
        }
        let left = world.value.launchOrder
        for id in left { await host.kill(id) }
    }

    /// Serves on a port of the loopback interface while `body` runs, and lets time pass meanwhile.
    ///
    /// - Parameter body: gets the URL, such as `http://127.0.0.1:41234`, for `AWS_ENDPOINT_URL` and its like.
    /// - Throws: what `body` throws, or an error of the socket.
    public func withServer<Result: Sendable>(
        _ body: @escaping @Sendable (String) async throws -> Result
    ) async throws -> Result {
        let server = try await LoopbackServer.start { await self.handle($0) }
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                await self.run()
                return nil
            }
            group.addTask { try await body("http://127.0.0.1:\(server.port)") }
            defer { group.cancelAll() }
            do {
                while let next = try await group.next() {
                    guard let result = next else { continue }
                    await server.stop()
                    return result
                }
                throw CancellationError()
            } catch {
                await server.stop()
                throw error
            }
        }
    }

    private func perform(_ action: EC2World.Action) async {
        switch action {
        case .boot(let id):
            guard let instance = self[id], instance.state == .running else { return }
            do {
                try await host.boot(instance, in: self)
            } catch {
                change { world in
                    world.consoles[id] = Array("The host could not boot it: \(error)\n".utf8)
                    world.end(id, reason: .failure)
                }
            }
        case .kill(let id):
            await host.kill(id)
        }
    }

    /// Suspends until there is something to do, or what is due next has changed, or its time has come.
    private func waitForChange(from due: Timestamp?) async {
        await withTaskGroup { group in
            group.addTask {
                _ = try? await self.world.first { world in
                    !world.actions.isEmpty || world.schedule.first?.at != due ? true : nil
                }
            }
            if let due {
                group.addTask { try? await self.time.sleep(for: due - self.time.now) }
            }
            await group.next()
            group.cancelAll()
        }
    }
}
