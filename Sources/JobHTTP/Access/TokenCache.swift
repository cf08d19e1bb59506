internal import JobCore
internal import Synchronization

/// Tokens that were looked up a moment ago, so that a poll costs no look into the store.
///
/// A token that is revoked by another process is refused after ``lifetime`` at the latest.
final class TokenCache: Sendable {
    private struct Entry {
        var token: AccessToken
        var until: Duration
    }

    /// How long a look-up counts.
    static let lifetime = Duration.seconds(2)
    /// The most tokens kept.
    static let most = 10_000

    private let time: TimeSource
    private let entries = Mutex<[[UInt8]: Entry]>([:])

    init(time: TimeSource) {
        self.time = time
    }

    /// The token of a hash that was kept and is not too old.
    func token(hash: [UInt8]) -> AccessToken? {
        let now = time.uptime
        return entries.withLock { entries in
            guard let entry = entries[hash], entry.until > now else { return nil }
            return entry.token
        }
    }

    /// Keeps a token.
    func keep(_ token: AccessToken) {
        let now = time.uptime
        entries.withLock { entries in
            if entries.count >= Self.most { entries = entries.filter { $0.value.until > now } }
            guard entries.count < Self.most else { return }
            entries[token.hash] = Entry(token: token, until: now + Self.lifetime)
        }
    }

    /// Forgets a token at once, after it was revoked here.
    func forget(id: String) {
        entries.withLock { entries in entries = entries.filter { $0.value.token.id != id } }
    }
}
