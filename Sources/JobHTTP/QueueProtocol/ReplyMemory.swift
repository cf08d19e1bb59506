internal import HTTPTypes
internal import JobCore
internal import Synchronization

/// The answers to named requests of the last minutes, so that a repetition is answered as the first was.
///
/// Only changes that people ask for need it; what workers write is known by its lease. After a restart of the server a
/// repetition is carried out again, and refused by the job's state if it had been.
final class ReplyMemory: Sendable {
    /// What is known of a request.
    enum Known: Sendable {
        /// It is new, and being carried out from now on.
        case new
        /// It is being carried out.
        case underWay
        /// It was answered.
        case answered([UInt8])
    }

    private struct Entry {
        var bytes: [UInt8]?
        var at: Duration
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var order: [String] = []
        var bytes = 0
    }

    private let state = Mutex(State())
    private let time: TimeSource
    private static let kept = Duration.seconds(600)
    private static let mostEntries = 10_000
    private static let mostBytes = 32 << 20

    init(time: TimeSource) {
        self.time = time
    }

    /// What a request is answered whose first copy has no answer yet.
    static var isUnderWay: Problem {
        Problem(
            .serviceUnavailable, code: "busy", "the same request is being carried out", headers: [.retryAfter: "1"])
    }

    /// Begins a request, unless it is known.
    func begin(_ name: String) -> Known {
        let now = time.uptime
        return state.withLock { state in
            if let entry = state.entries[name], now - entry.at < Self.kept {
                return entry.bytes.map { .answered($0) } ?? .underWay
            }
            if state.entries[name] == nil { state.order.append(name) }
            state.entries[name] = Entry(bytes: nil, at: now)
            Self.forget(&state)
            return .new
        }
    }

    /// Keeps an answer; without one the request may be tried again.
    func end(_ name: String, _ bytes: [UInt8]?) {
        guard let bytes else { return forget(name) }
        state.withLock { state in
            guard let entry = state.entries[name] else { return }
            state.entries[name]?.bytes = bytes
            state.bytes += bytes.count - (entry.bytes?.count ?? 0)
            Self.forget(&state)
        }
    }

    /// Forgets a request and its answer: a repetition is a new one.
    func forget(_ name: String) {
        state.withLock { state in
            guard let entry = state.entries.removeValue(forKey: name) else { return }
            state.bytes -= entry.bytes?.count ?? 0
            // It is mostly one of the last.
            if let index = state.order.lastIndex(of: name) { state.order.remove(at: index) }
        }
    }

    private static func forget(_ state: inout State) {
        while state.order.count > mostEntries || state.bytes > mostBytes, !state.order.isEmpty {
            let entry = state.entries.removeValue(forKey: state.order.removeFirst())
            state.bytes -= entry?.bytes?.count ?? 0
        }
    }
}

extension QueueCalls {
    /// Carries out a request that its caller may have named, once.
    ///
    /// - Throws: ``Problem`` with 503 while the first one of that name is being carried out; whatever `body` throws.
    func once(
        _ call: QueueRoute, _ request: JobRequest, _ body: () async throws -> [UInt8]
    ) async throws -> [UInt8] {
        guard let text = try request.idempotencyKey() else { return try await body() }
        let name = "\(request.principal.id)\n\(call.rawValue)\n\(text)"
        switch service.replies.begin(name) {
        case .answered(let bytes): return bytes
        case .underWay: throw ReplyMemory.isUnderWay
        case .new: break
        }
        do {
            let bytes = try await body()
            service.replies.end(name, bytes)
            return bytes
        } catch {
            service.replies.end(name, nil)
            throw error
        }
    }
}
