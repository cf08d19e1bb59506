public import JobCore
internal import Synchronization

/// A store in front of another one at which calls go wrong where a test says so.
///
/// One `FaultyQueue` stands for one process that uses the store: when it crashes, the store behind it lives on.
public final class FaultyQueue<Base: JobStore>: Sendable {
    private struct State {
        var faults: [(fault: Fault, seen: Int)] = []
        var fired: [Fault] = []
        var isCrashed = false
    }

    /// The store behind, which never fails because of a fault.
    public let base: Base
    private let state: Mutex<State>
    private let onCrash: @Sendable () -> Void

    /// Wraps a store.
    ///
    /// - Parameters:
    ///   - base: the store.
    ///   - faults: what goes wrong.
    ///   - onCrash: called when a crash happens, before the call that crashes throws.
    public init(_ base: Base, faults: [Fault] = [], onCrash: @escaping @Sendable () -> Void = {}) {
        self.base = base
        self.onCrash = onCrash
        state = Mutex(State(faults: faults.map { ($0, 0) }))
    }

    /// Makes more go wrong; calls are counted from now on.
    public func inject(_ faults: Fault...) {
        state.withLock { $0.faults.append(contentsOf: faults.map { ($0, 0) }) }
    }

    /// Makes nothing more go wrong.
    public func clearFaults() {
        state.withLock { $0.faults = [] }
    }

    /// The faults that have happened so far, once for each call.
    public var fired: [Fault] { state.withLock { $0.fired } }

    /// Whether the process behind this store has crashed.
    public var isCrashed: Bool { state.withLock { $0.isCrashed } }

    /// The process dies now.
    public func crash() {
        let isFirst = state.withLock { state in
            defer { state.isCrashed = true }
            return !state.isCrashed
        }
        if isFirst { onCrash() }
    }

    /// A new process has started: calls go through again.
    public func restart() {
        state.withLock { $0.isCrashed = false }
    }

    private func take(_ kinds: Set<Fault.Operation>) -> [Fault.Effect] {
        state.withLock { state in
            var effects: [Fault.Effect] = []
            for index in state.faults.indices where kinds.contains(state.faults[index].fault.operation) {
                state.faults[index].seen += 1
                let (fault, seen) = state.faults[index]
                guard fault.calls.contains(seen) else { continue }
                effects.append(fault.effect)
                state.fired.append(fault)
            }
            return effects
        }
    }

    func call<Value: Sendable>(
        _ kinds: Set<Fault.Operation>, isWrite: Bool = false, _ body: () async throws -> Value
    ) async throws -> Value {
        try checkAlive()
        let effects = take(kinds)
        for case .hold(let gate) in effects { try await gate.object.wait() }
        try checkAlive()
        try apply(effects, .before, kinds)
        let value = try await body()
        if isWrite, effects.contains(.deliverTwice) { _ = try await body() }
        try apply(effects, .after, kinds)
        return value
    }

    private func apply(_ effects: [Fault.Effect], _ moment: Fault.Moment, _ kinds: Set<Fault.Operation>) throws {
        for effect in effects {
            switch effect {
            case .crash(moment):
                crash()
                try checkAlive()
            case .fail(moment, let code):
                let what = kinds.map(\.rawValue).sorted().joined(separator: "+")
                let detail = moment == .before ? "an injected fault" : "an injected fault; the answer was lost"
                throw QueueError(code, operation: what, detail: detail)
            default: break
            }
        }
    }

    private func checkAlive() throws {
        guard isCrashed else { return }
        throw QueueError(.closed, operation: "any", detail: "the process has crashed, as its test wanted")
    }
}

extension FaultyQueue: JobStore {
    /// Stores jobs.
    public func enqueue(_ jobs: [NewJob]) async throws -> [Job] {
        try await call([.enqueue], isWrite: true) { try await base.enqueue(jobs) }
    }

    /// Leases jobs.
    public func claim(_ request: ClaimRequest) async throws -> [Claim] {
        try await call([.claim]) { try await base.claim(request) }
    }

    /// Applies events.
    public func apply(_ events: [JobEvent]) async throws -> [Result<Job, TransitionRefused>] {
        try await apply(events, logging: [])
    }

    /// Appends chunks and applies events.
    public func apply(
        _ events: [JobEvent], logging chunks: [LogChunk]
    ) async throws -> [Result<Job, TransitionRefused>] {
        try await call(Fault.Operation.kinds(of: events, hasLogs: !chunks.isEmpty), isWrite: true) {
            try await base.apply(events, logging: chunks)
        }
    }

    /// Appends chunks to logs.
    public func append(_ chunks: [LogChunk]) async throws {
        try await call([.append], isWrite: true) { try await base.append(chunks) }
    }

    /// The job as it is now.
    public func job(_ id: JobID) async throws -> Job? { try await call([.job]) { try await base.job(id) } }

    /// A part of a job's log.
    public func log(of job: JobID, from offset: Int64, limit: Int) async throws -> LogPage? {
        try await call([.log]) { try await base.log(of: job, from: offset, limit: limit) }
    }

    /// Jobs that match a filter.
    public func page(_ filter: JobFilter, after: JobID?, limit: Int) async throws -> JobPage {
        try await call([.page]) { try await base.page(filter, after: after, limit: limit) }
    }

    /// Numbers of jobs.
    public func counts() async throws -> QueueCounts { try await call([.counts]) { try await base.counts() } }

    /// Deletes what is past its retention.
    public func prune(limit: Int) async throws -> Int {
        try await call([.prune]) { try await base.prune(limit: limit) }
    }

    /// The store's own signals, which know no faults.
    public func signals(for interest: SignalInterest) -> AsyncStream<Void> { base.signals(for: interest) }

    /// When the next job becomes due.
    public func nextDue(in queues: [String]) async throws -> Timestamp? {
        try await call([.nextDue]) { try await base.nextDue(in: queues) }
    }

    /// The running jobs that should stop.
    public func cancelRequests(for worker: String) async throws -> [JobID] {
        try await call([.cancelRequests]) { try await base.cancelRequests(for: worker) }
    }
}
