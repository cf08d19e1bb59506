internal import JobCore
internal import Synchronization

/// Jobs that were read since the latest commit: whoever polls a job that does not change costs no read.
///
/// Empty as soon as anybody, in any process, has committed anything.
final class RecentReads: Sendable {
    private struct State {
        /// Nil when closed, or where commits cannot be told.
        var source: CommitMark.Source?
        var mark: CommitMark?
        var jobs: [JobID: Job] = [:]
    }

    /// The most jobs kept, and the most bytes of what each says in the file.
    private static let most = 1_024
    private static let largest = 16_384

    private let state: Mutex<State>

    init(_ source: CommitMark.Source?) {
        state = Mutex(State(source: source))
    }

    /// A job that was read since the latest commit; nil when it must be read.
    func job(_ id: JobID) -> Job? {
        state.withLock { state in
            guard let mark = state.mark, mark == state.source?.now else { return nil }
            return state.jobs[id]
        }
    }

    /// The mark to hand to ``keep(_:readSince:)`` after a read that begins now.
    func mark() -> CommitMark? { state.withLock { $0.source?.now } }

    /// Keeps what was read, unless something was committed since.
    func keep(_ found: [StoredJob], readSince mark: CommitMark?) {
        state.withLock { state in
            guard let mark, mark == state.source?.now else { return }
            if state.mark != mark || state.jobs.count + found.count > Self.most {
                state.jobs.removeAll(keepingCapacity: true)
                state.mark = mark
            }
            for stored in found where stored.textSize <= Self.largest { state.jobs[stored.job.id] = stored.job }
        }
    }

    /// Keeps nothing any more; must come before the connections are closed.
    func close() {
        state.withLock { $0 = State() }
    }
}
