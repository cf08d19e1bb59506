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

        /// Those whom changes concern, each once.
        func listeners(of batch: SignalBatch) -> [AsyncStream<Void>.Continuation] {
            var interests: Set<SignalInterest> = []
            for queue in batch.queues { interests.formUnion(interestsByQueue[queue] ?? []) }
            if jobListeners > 0 {
                interests.insert(.everything)
                for job in batch.jobs { interests.insert(.job(job)) }
            }
            return interests.flatMap { (subscribers[$0] ?? [:]).values }
        }
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
        publish { $0.add(job: job, work: queue) }
    }

    /// Tells those interested in a named queue's work, and in everything.
    public func publish(work queue: String) {
        publish { $0.add(work: queue) }
    }

    /// Publishes what a committed transition means.
    public func publish(_ transition: Transition) {
        publish { $0.add(transition) }
    }

    /// Tells of any number of changes, each subscriber once; what one transaction did belongs into one call.
    ///
    /// - Parameter gather: notes the changes; not called when nobody listens.
    public func publish(_ gather: (inout SignalBatch) -> Void) {
        let keepsJobs: Bool? = state.withLock { $0.subscribers.isEmpty ? nil : $0.jobListeners > 0 }
        guard let keepsJobs else { return }
        // Whoever subscribes from here on looks at the queue itself, where all this has happened already.
        var batch = SignalBatch(keepsJobs: keepsJobs)
        gather(&batch)
        if batch.isEmpty { return }
        for continuation in state.withLock({ $0.listeners(of: batch) }) { continuation.yield() }
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
