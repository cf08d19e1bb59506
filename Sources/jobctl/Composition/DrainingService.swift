internal import JobCore
internal import Logging
internal import UnixSignals

/// Runs a runner until it ends or signals stop it: the first drains it, the second stops it at once.
///
/// A service group knows one meaning for each signal; here the second of the same means more than the first.
struct DrainingService {
    let runner: JobRunner
    let logger: Logger

    /// Returns when the runner has ended.
    ///
    /// - Throws: `QueueError`.
    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await runner.run()
                return true
            }
            group.addTask {
                await watch(signals)
                return false
            }
            // Whichever comes first ends the other: the end of the runner, or the second signal.
            _ = try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    private func watch(_ signals: UnixSignalsSequence) async {
        var count = 0
        for await signal in signals {
            count += 1
            if count > 1 {
                logger.notice("Stopping at once", metadata: ["signal": "\(signal)"])
                return
            }
            logger.info("Draining", metadata: ["signal": "\(signal)"])
            runner.drain()
        }
    }
}
