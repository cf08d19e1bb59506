internal import JobCore
internal import Synchronization

/// Under which names a token has reported a worker of late, so that not every report looks through all workers.
final class ReporterNames: Sendable {
    private struct Key: Hashable {
        let name: String
        let token: String
    }

    /// After how long a worker that says nothing gives up its name: three reports that did not come.
    static let silence = Duration.seconds(60)
    private static let kept = Duration.seconds(300)
    private static let most = 20_000

    private let time: TimeSource
    private let entries = Mutex<[Key: Duration]>([:])

    init(time: TimeSource) {
        self.time = time
    }

    /// Whether the name was found to be the token's.
    func has(_ name: String, _ token: String) -> Bool {
        let now = time.uptime
        return entries.withLock { $0[Key(name: name, token: token)] }.map { $0 > now } ?? false
    }

    /// Notes that the name is the token's.
    func note(_ name: String, _ token: String) {
        let end = time.uptime + Self.kept
        entries.withLock { entries in
            if entries.count >= Self.most { entries.removeAll() }
            entries[Key(name: name, token: token)] = end
        }
    }
}
