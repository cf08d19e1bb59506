internal import JobCore
internal import Logging
internal import NIOCore
internal import Synchronization

/// Reads the store's changes once and hands them to all event streams.
///
/// It reads only while somebody listens. A change is read, encoded and rendered once, however many listen; a listener
/// costs one stream and no task of its own here.
final class EventHub: Sendable {
    /// What a listener gets.
    enum Item: Sendable {
        /// A job changed; the event is rendered already.
        case job(Job, position: Int64, event: ByteBuffer)
        /// A job was deleted.
        case deleted(JobID, position: Int64)
        /// Nothing happened for a while.
        case stillHere
    }

    private struct Listener {
        let job: JobID?
        let continuation: AsyncStream<Item>.Continuation
    }

    private struct State {
        var listeners: [Int: Listener] = [:]
        var byJob: [JobID: Set<Int>] = [:]
        var everything: Set<Int> = []
        var nextID = 0
        /// Up to where changes have been handed out; nil while nobody listens.
        var position: Int64?
        var isClosed = false
    }

    private let store: any ServiceStore
    private let time: TimeSource
    private let logger: Logger
    private let state = Mutex(State())
    private let arrivals: AsyncStream<Void>
    private let arrival: AsyncStream<Void>.Continuation

    /// How often silent streams get a sign of life.
    static let silence = Duration.seconds(15)
    /// How many events a listener may be behind before its stream ends; it comes again and goes on where it was.
    static let mostBehind = 256

    init(store: any ServiceStore, time: TimeSource, logger: Logger) {
        self.store = store
        self.time = time
        self.logger = logger
        (arrivals, arrival) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Begins to listen.
    ///
    /// - Parameters:
    ///   - job: the only job of interest; nil for all.
    ///   - head: a position of the store that was read just before.
    /// - Returns: the stream, and the position from which on it has all changes; nil when the hub has ended.
    func listen(to job: JobID?, head: Int64) -> (items: AsyncStream<Item>, from: Int64)? {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Item.self, bufferingPolicy: .bufferingOldest(Self.mostBehind))
        let registered: (id: Int, from: Int64)? = state.withLock { state in
            if state.isClosed { return nil }
            state.nextID += 1
            state.listeners[state.nextID] = Listener(job: job, continuation: continuation)
            if let job {
                state.byJob[job, default: []].insert(state.nextID)
            } else {
                state.everything.insert(state.nextID)
            }
            let from = state.position ?? head
            state.position = from
            return (state.nextID, from)
        }
        guard let registered else { return nil }
        continuation.onTermination = { [weak self] _ in self?.remove(registered.id) }
        arrival.yield()
        return (stream, registered.from)
    }

    /// How many listen.
    var count: Int { state.withLock { $0.listeners.count } }

    /// Hands out changes until the task is cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.keepAlive() }
            for await _ in arrivals {
                await serve()
                if Task.isCancelled { break }
            }
            group.cancelAll()
        }
        close()
    }

    /// Ends all streams, now and later.
    func close() {
        let listeners = state.withLock { state in
            state.isClosed = true
            return state.listeners.values.map(\.continuation)
        }
        arrival.finish()
        for listener in listeners { listener.finish() }
    }

    private func keepAlive() async {
        while true {
            do { try await time.sleep(for: Self.silence) } catch { return }
            for listener in state.withLock({ $0.listeners.values.map(\.continuation) }) { listener.yield(.stillHere) }
        }
    }

    /// Hands out changes as long as somebody listens.
    private func serve() async {
        for await _ in store.signals(for: .everything) {
            while let isMore = await handOut() {
                if !isMore { break }
            }
            if state.withLock({ $0.position == nil }) { return }
        }
    }

    /// Hands out a page of changes; false when that was the last one, nil when nobody listens.
    private func handOut() async -> Bool? {
        guard let position = state.withLock({ $0.position }) else { return nil }
        do {
            let page = try await store.changes(after: position, limit: 500)
            // Of a job that changed several times only its latest state can still be told.
            var latest: [JobID: Int64] = [:]
            for change in page.changes { latest[change.job] = change.position }
            let isWanted = state.withLock { state in
                latest.mapValues { _ in false }.merging(
                    latest.keys.map { ($0, !state.everything.isEmpty || state.byJob[$0] != nil) },
                    uniquingKeysWith: { $1 })
            }
            var items: [(job: JobID, item: Item)] = []
            for (job, position) in latest.sorted(by: { $0.value < $1.value }) where isWanted[job] ?? false {
                items.append((job, try await item(for: job, at: position)))
            }
            deliver(items, upTo: page.next)
            return page.next > position
        } catch {
            logger.warning("Reading changes failed", metadata: ["error": "\(error)"])
            try? await time.sleep(for: .seconds(1))
            return Task.isCancelled ? nil : false
        }
    }

    private func item(for job: JobID, at position: Int64) async throws -> Item {
        guard let found = try await store.job(job) else { return .deleted(job, position: position) }
        return .job(found, position: position, event: EventText.job(found, position: position, at: time.now))
    }

    private func deliver(_ items: [(job: JobID, item: Item)], upTo position: Int64) {
        // Whoever begins to listen is either told of these items or of the position after them.
        let addressed = state.withLock { state in
            state.position = state.listeners.isEmpty ? nil : position
            return items.map { entry in
                let ids = state.everything.union(state.byJob[entry.job] ?? [])
                return (entry.item, ids.compactMap { state.listeners[$0]?.continuation })
            }
        }
        for (item, listeners) in addressed {
            for listener in listeners {
                if case .dropped = listener.yield(item) { listener.finish() }
            }
        }
    }

    private func remove(_ id: Int) {
        state.withLock { state in
            guard let listener = state.listeners.removeValue(forKey: id) else { return }
            if let job = listener.job {
                state.byJob[job]?.remove(id)
                if state.byJob[job]?.isEmpty ?? false { state.byJob[job] = nil }
            } else {
                state.everything.remove(id)
            }
            if state.listeners.isEmpty { state.position = nil }
        }
    }
}
