import JobCore
import Synchronization

/// Keeps what an executor reports, and lets a test wait for it.
final class ProgressRecorder: Sendable {
    private struct State {
        var all: [StepProgress] = []
        var bytes: [LogEntry.Stream: [UInt8]] = [:]
        var waiters: [(String, CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    /// Takes one report.
    func add(_ progress: StepProgress) {
        let ready = state.withLock { state in
            state.all.append(progress)
            if case .output(let stream, let bytes) = progress { state.bytes[stream, default: []] += bytes }
            let text = Self.text(state)
            let ready = state.waiters.filter { text.contains($0.0) }
            state.waiters.removeAll { text.contains($0.0) }
            return ready
        }
        for (_, continuation) in ready { continuation.resume() }
    }

    /// Everything, in order.
    var all: [StepProgress] { state.withLock { $0.all } }

    /// The closure that executors want.
    var report: StepReporter { { [self] in add($0) } }

    /// Waits until a text was reported on any stream.
    func waitFor(_ text: String) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if Self.text(state).contains(text) { return true }
                state.waiters.append((text, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    /// All bytes of one stream.
    func bytes(_ stream: LogEntry.Stream) -> [UInt8] { state.withLock { $0.bytes[stream] ?? [] } }
    /// All text of one stream.
    func text(_ stream: LogEntry.Stream) -> String { String(decoding: bytes(stream), as: UTF8.self) }
    /// The executor's own lines.
    var notes: [String] { text(.system).split(separator: "\n").map(String.init) }
    /// The chunks of one stream, one by one.
    func chunks(_ stream: LogEntry.Stream) -> [[UInt8]] {
        state.withLock { state in
            state.all.compactMap { if case .output(stream, let bytes) = $0 { bytes } else { nil } }
        }
    }

    private static func text(_ state: State) -> String {
        state.bytes.values.map { String(decoding: $0, as: UTF8.self) }.joined()
    }
}
