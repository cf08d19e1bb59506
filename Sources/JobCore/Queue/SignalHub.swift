internal import Synchronization

/// Hands signals to subscribers inside one process; what every built-in queue's ``QueueSignals`` is made of.
///
/// Publishing takes time in the number of interested subscribers, not of all.
public final class SignalHub: Sendable {
    private struct State {
        var nextID = 0
        var subscribers: [SignalInterest: [Int: AsyncStream<Void>.Continuation]] = [:]
        /// The subscribed sets of queues, so that a change of one queue finds them.
        var interestsByQueue: [String: Set<SignalInterest>] = [:]
        /// How many listen to jobs; mostly none does, and then a change of a job concerns nobody.
        var jobListeners = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Makes a hub without subscribers.
    public init() {}

    /// A stream of signals; those not yet taken become one.
    public func signals(for interest: SignalInterest) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id: Int? = state.withLock { state in
            if state.isClosed { return nil }
            state.nextID += 1
            state.subscribers[interest, default: [:]][state.nextID] = continuation
            if case .work(let queues) = interest {
                for queue in queues { state.interestsByQueue[queue, default: []].insert(interest) }
            } else {
                state.jobListeners += 1
            }
            return state.nextID
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in self?.remove(id, interest) }
        return stream
    }

    /// Tells those interested in a job, in its named queue's work, or in everything.
    ///
    /// - Parameters:
    ///   - job: the job that changed.
    ///   - queue: its named queue, when work may have become due or a cancel was asked for; nil otherwise.
    public func publish(job: JobID, work queue: String?) {
        let continuations = state.withLock { state in
            var found: [AsyncStream<Void>.Continuation] = []
            if state.jobListeners > 0 {
                found.append(contentsOf: (state.subscribers[.job(job)] ?? [:]).values)
                found.append(contentsOf: (state.subscribers[.everything] ?? [:]).values)
            }
            for interest in queue.flatMap({ state.interestsByQueue[$0] }) ?? [] {
                found.append(contentsOf: (state.subscribers[interest] ?? [:]).values)
            }
            return found
        }
        for continuation in continuations { continuation.yield() }
    }

    /// Tells those interested in a named queue's work, and in everything.
    public func publish(work queue: String) {
        let continuations = state.withLock { state in
            var found = Array((state.subscribers[.everything] ?? [:]).values)
            for interest in state.interestsByQueue[queue] ?? [] {
                found.append(contentsOf: (state.subscribers[interest] ?? [:]).values)
            }
            return found
        }
        for continuation in continuations { continuation.yield() }
    }

    /// Publishes what a committed transition means.
    public func publish(_ transition: Transition) {
        guard !transition.effects.isEmpty else { return }
        let job = transition.job
        let concernsWorkers = transition.effects.contains { effect in
            switch effect {
            case .due, .cancelRequested: true
            // The next job of the lane may be in any named queue; its store publishes that one by itself.
            case .finished, .started, .attemptEnded, .stepSucceeded, .progressed, .edited: false
            }
        }
        publish(job: job.id, work: concernsWorkers ? job.queue : nil)
    }

    /// Tells everybody, when a store knows only that something changed.
    public func publishAll() {
        let continuations = state.withLock { state in state.subscribers.values.flatMap(\.values) }
        for continuation in continuations { continuation.yield() }
    }

    /// Whether anybody listens.
    public var hasSubscribers: Bool { state.withLock { !$0.subscribers.isEmpty } }

    /// Ends all streams, now and later.
    public func close() {
        let continuations = state.withLock { state in
            state.isClosed = true
            return state.subscribers.values.flatMap(\.values)
        }
        for continuation in continuations { continuation.finish() }
    }

    private func remove(_ id: Int, _ interest: SignalInterest) {
        state.withLock { state in
            guard state.subscribers[interest]?.removeValue(forKey: id) != nil else { return }
            if case .work = interest {} else { state.jobListeners -= 1 }
            guard state.subscribers[interest]?.isEmpty ?? true else { return }
            state.subscribers[interest] = nil
            guard case .work(let queues) = interest else { return }
            for queue in queues {
                state.interestsByQueue[queue]?.remove(interest)
                if state.interestsByQueue[queue]?.isEmpty ?? false { state.interestsByQueue[queue] = nil }
            }
        }
    }
}
