internal import JobCore

extension QueueCalls {
    /// Claims as soon as there is something, or gives up when the time is over, the server ends, the client goes or would
    /// not be let in any more.
    func waitingClaim(
        _ wanted: ClaimRequest, atMost wait: Duration, as admission: Admission
    ) async throws -> [Claim] {
        var admission = admission
        let end = service.time.uptime + wait
        let queues = wanted.slots.map(\.queue)
        let client = await Delivery.current?.client()
        while true {
            // Before the look, so that nothing falls between.
            let signals = store.signals(for: .work(queues: Set(queues)))
            if client?.isGone ?? false { return [] }
            guard await admission.caller() != nil else { return [] }
            let claims = try await store.claim(wanted)
            let rest = end - service.time.uptime
            guard claims.isEmpty, rest > .zero else { return claims }
            var pause = rest
            if let due = try await store.nextDue(in: queues) {
                pause = min(pause, max(Self.shortestPause, due - service.time.now))
            }
            guard try await somethingComes(signals, within: pause, client) else { return [] }
        }
    }

    private static let shortestPause = Duration.milliseconds(20)

    /// Whether there is a reason to look again: a signal, or the end of the pause; false when the server ends or the
    /// client has gone.
    private func somethingComes(
        _ signals: AsyncStream<Void>, within pause: Duration, _ client: ClientPresence?
    ) async throws -> Bool {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in signals.endingWithServer() { return true }
                return false
            }
            group.addTask { [time = service.time] in
                try await time.sleep(for: pause)
                return true
            }
            if let client {
                group.addTask {
                    for await _ in client.untilGone() {}
                    return false
                }
            }
            defer { group.cancelAll() }
            return try await group.next() ?? false
        }
    }
}
