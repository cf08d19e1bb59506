internal import JobCore
internal import Synchronization

/// One run of a fleet service: a single line of events, and a few tasks that talk to the cloud.
final class FleetLoop: Sendable {
    /// What comes in.
    enum Input: Sendable {
        /// Time to look at the store.
        case poll
        /// There may be work.
        case signal
        /// The controller is to hear of it.
        case event(FleetController.Event)
        /// A reading of the cloud failed.
        case failed(FleetDuty, String)
    }

    let service: FleetService
    private let inputs: AsyncStream<Input>
    private let feed: AsyncStream<Input>.Continuation
    private let errands: AsyncStream<FleetErrand>
    private let errandFeed: AsyncStream<FleetErrand>.Continuation
    /// What waits already, so that a slow store is not followed by a heap of equal looks.
    private let waiting = Mutex((poll: false, signal: false))

    /// How many calls of the cloud run at a time.
    private static let couriers = 8

    init(_ service: FleetService) {
        self.service = service
        (inputs, feed) = AsyncStream.makeStream()
        (errands, errandFeed) = AsyncStream.makeStream()
    }

    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.tick() }
            for _ in 0..<Self.couriers {
                group.addTask {
                    for await errand in self.errands { await self.run(errand) }
                }
            }
            var leader = FleetLeader(service, errand: { self.errandFeed.yield($0) })
            poll()
            let ears = FleetEars(store: service.store, time: service.time) { self.signal() }
            for await input in inputs {
                accept(input)
                await leader.handle(input)
                ears.listen(to: leader.queues)
            }
            ears.listen(to: [])
            errandFeed.finish()
            group.cancelAll()
            let ending = leader
            // The lock is given back even though everything else is being cancelled.
            try? await uncancelled { await ending.release() }
        }
    }

    private func tick() async {
        while (try? await service.time.sleep(for: service.configuration.poll)) != nil { poll() }
        feed.finish()
    }

    private func poll() {
        let isNew = waiting.withLock { waiting in
            defer { waiting.poll = true }
            return !waiting.poll
        }
        if isNew { feed.yield(.poll) }
    }

    private func signal() {
        let isNew = waiting.withLock { waiting in
            defer { waiting.signal = true }
            return !waiting.signal
        }
        if isNew { feed.yield(.signal) }
    }

    /// What comes from now on is not covered by the look that begins.
    private func accept(_ input: Input) {
        switch input {
        case .poll: waiting.withLock { $0.poll = false }
        case .signal: waiting.withLock { $0.signal = false }
        case .event, .failed: break
        }
    }

    private func run(_ errand: FleetErrand) async {
        guard let input = await errand.run(service), !Task.isCancelled else { return }
        feed.yield(input)
    }
}

/// Hears of work that was stored; changes what it listens to when the fleets change.
final class FleetEars {
    private let store: any FleetService.Store
    private let bell: Bell
    private var queues: Set<String> = []
    private var task: Task<Void, Never>?

    /// Rings when there is something to hear.
    private struct Bell: Sendable {
        let time: TimeSource
        let ring: @Sendable () -> Void

        /// The first job is heard of at once; of a stream of them, so often is enough, because each look reads all counts.
        static let rest = Duration.milliseconds(50)

        func ring(for signals: AsyncStream<Void>) async {
            for await _ in signals {
                ring()
                // What comes meanwhile becomes one signal.
                do { try await time.sleep(for: Self.rest) } catch { return }
            }
        }
    }

    init(store: any FleetService.Store, time: TimeSource, ring: @escaping @Sendable () -> Void) {
        self.store = store
        bell = Bell(time: time, ring: ring)
    }

    func listen(to wanted: Set<String>) {
        guard wanted != queues else { return }
        queues = wanted
        task?.cancel()
        task = nil
        if wanted.isEmpty { return }
        let (signals, bell) = (store.signals(for: .work(queues: wanted)), bell)
        task = Task { await bell.ring(for: signals) }
    }

    deinit { task?.cancel() }
}
