internal import Logging
internal import Synchronization

/// The shell around the runner's state machine: it carries out what the machine decides, and tells it what happened.
final class RunnerCore: Sendable {
    let configuration: JobRunner.Configuration
    let executors: ExecutorRegistry
    let outbox: Outbox
    let random: RandomSource
    let logger: Logger
    private let store: RunnerStore
    private let time: TimeSource
    private let machine: SharedMachine
    private let controls = Mutex<[RunID: RunControl]>([:])
    private let arrived = Mutex<[(Claim, RunControl)]>([])
    private let fatal = Mutex<QueueError?>(nil)
    private let isAbandoned = Mutex(false)
    private let bell = Bell()
    private let startedAt: Timestamp

    init(
        store: RunnerStore, executors: ExecutorRegistry, configuration: JobRunner.Configuration, time: TimeSource,
        random: RandomSource, logger: Logger
    ) {
        var logger = logger
        logger[metadataKey: JobLogKeys.workerID] = "\(configuration.worker)"
        self.store = store
        self.executors = executors
        self.configuration = configuration
        self.time = time
        self.random = random
        self.logger = logger
        startedAt = time.now
        machine = SharedMachine(
            JobRunner.StateMachine(
                configuration, hasSignals: store.signals != nil, prunes: store.prune != nil,
                reports: store.report != nil, at: time.uptime))
        outbox = Outbox(
            write: store.write, keepsLogs: store.keepsLogs, time: time, random: random, logger: logger,
            observer: Outbox.Observer(
                heldRuns: { [machine] in machine.withLock { $0.runs.count } },
                departing: { [machine, bell] runs in
                    if runs.isEmpty { return }
                    machine.withLock { machine in for run in runs { machine.settling(run) } }
                    // What takes their slots is claimed beside the write, and so in the same commit.
                    bell.ring()
                },
                answered: { [bell] in bell.ring() }))
    }

    // MARK: Commands

    /// Stops claiming and ends when the runs have, or when the drain time is over.
    func drain() {
        machine.withLock { $0.drain(at: time.uptime) }
        bell.ring()
    }

    /// Stops all runs and gives their jobs back.
    func stopNow() {
        machine.withLock { $0.stopNow() }
        bell.ring()
    }

    /// Ends as a process does that is killed: whatever runs is cancelled, and none of it is written any more.
    func abandon() {
        isAbandoned.withLock { $0 = true }
        for control in controls.withLock({ Array($0.values) }) { control.stop(.leaseLost) }
        stopNow()
    }

    /// How many jobs the runner holds, from the answer to their claim until their end is stored.
    var heldJobs: Int { machine.withLock { $0.runs.count } }

    // MARK: What runs tell

    func stepBegan(_ id: RunID, timeout: Duration?) {
        guard let timeout else { return }
        let isSooner = machine.withLock { machine in
            let now = time.uptime
            let before = machine.idleTime(at: now)
            machine.stepBegan(id, timeout: timeout, at: now)
            return machine.idleTime(at: now) != before
        }
        if isSooner { bell.ring() }
    }

    func stepEnded(_ id: RunID) {
        machine.withLock { $0.stepEnded(id) }
    }

    func beatSoon() {
        machine.withLock { $0.beatSoon(at: time.uptime) }
        bell.ring()
    }

    /// Frees the slot of a run that stores nothing more, and looks for what to do with it.
    func ended(_ control: RunControl) {
        settled(control)
        bell.ring()
    }

    /// Frees the slot of a run whose end is stored.
    ///
    /// The outbox rings once for all that it has stored together, so that their slots are claimed for together too.
    func settled(_ control: RunControl) {
        controls.withLock { $0[control.id] = nil }
        outbox.forget(control.id)
        machine.withLock { $0.ended(control.id) }
    }

    // MARK: The loops

    /// Works until drained, stopped, or, where so configured, until nothing is left to do.
    ///
    /// - Throws: ``QueueError`` when the store says that waiting does not help.
    func run() async throws {
        await withDiscardingTaskGroup { group in
            // Outside the inner group, which is cancelled at the end: what has been handed over must be written.
            group.addTask { await self.outbox.run() }
            await self.work()
            self.outbox.close()
        }
        await reportEnd()
        if let error = fatal.withLock({ $0 }) { throw error }
    }

    private func work() async {
        await withDiscardingTaskGroup { group in
            if let signals = store.signals {
                let stream = signals(Set(configuration.slots.map(\.queue)))
                group.addTask {
                    for await _ in stream {
                        self.machine.withLock { $0.signalled() }
                        self.bell.ring()
                    }
                }
            }
            while true {
                for (claim, control) in arrived.withLock({ arrived in
                    defer { arrived = [] }
                    return arrived
                }) {
                    group.addTask { await JobRun(claim: claim, control: control, core: self).run() }
                }
                let (actions, idle) = machine.withLock { machine in
                    let now = time.uptime
                    let actions = machine.next(at: now)
                    return (actions, actions.isEmpty ? machine.idleTime(at: now) : nil)
                }
                if actions.contains(.finish) { break }
                if actions.isEmpty { await bell.wait(atMost: idle, on: time) }
                for action in actions { perform(action, in: &group) }
            }
            group.cancelAll()
        }
    }

    private func perform(_ action: JobRunner.StateMachine.Action, in group: inout DiscardingTaskGroup) {
        switch action {
        case .claim(let request): group.addTask { await self.claim(request) }
        case .heartbeat(let ids): group.addTask { await self.heartbeat(ids) }
        case .checkCancels: group.addTask { await self.checkCancels() }
        case .prune: group.addTask { await self.prune() }
        case .report(let isDraining): group.addTask { await self.report(isDraining: isDraining) }
        case .stop(let id, let reason): control(id)?.stop(reason)
        case .finish: break
        }
    }

    private func control(_ id: RunID) -> RunControl? { controls.withLock { $0[id] } }

    // MARK: Calls of the store

    private func claim(_ request: ClaimRequest) async {
        let sentAt = time.uptime
        do {
            let claims = try await store.queue.claim(request)
            let runs = claims.map { claim in
                (claim, RunControl(RunID(job: claim.job.id, generation: claim.lease.generation)))
            }
            controls.withLock { controls in for (_, control) in runs { controls[control.id] = control } }
            machine.withLock { $0.claimed(claims, sentAt: sentAt, at: time.uptime) }
            arrived.withLock { $0.append(contentsOf: runs) }
            // Whoever came starts at once; when the next one is due is asked for meanwhile.
            if claims.count < request.limit, !claims.isEmpty { bell.ring() }
            let (due, isEmpty) = await outlook(after: claims, of: request)
            machine.withLock {
                $0.claimAnswered(
                    isFull: claims.count >= request.limit, nextDue: due.map { $0 - time.now }, isEmpty: isEmpty,
                    at: time.uptime)
            }
        } catch {
            failed("Claiming failed", error)
            machine.withLock { $0.claimFailed(at: time.uptime, unit: random.unit()) }
        }
        bell.ring()
    }

    /// When the next job is due, and whether nothing at all is left; what was claimed counts even if that is not to
    /// be learned.
    private func outlook(after claims: [Claim], of request: ClaimRequest) async -> (due: Timestamp?, isEmpty: Bool) {
        guard claims.count < request.limit else { return (nil, false) }
        guard let nextDue = store.nextDue else { return (nil, claims.isEmpty) }
        do {
            let due = try await nextDue(configuration.slots.map(\.queue))
            return (due, claims.isEmpty && due == nil)
        } catch {
            failed("Looking for the next job failed", error)
            return (nil, false)
        }
    }

    /// Renews all leases in one batch, with the progress of those that have some to tell.
    private func heartbeat(_ ids: [RunID]) async {
        let sentAt = time.uptime
        let events = ids.map { id in
            let key = LeaseKey(worker: configuration.worker, generation: id.generation)
            let progress = control(id)?.takeProgress()
            return JobEvent(.heartbeat(key, lease: configuration.lease, progress: progress), of: id.job)
        }
        do {
            let results = try await store.queue.apply(events)
            var renewed: [RunID] = []
            for (id, result) in zip(ids, results) {
                switch result {
                case .success(let job):
                    renewed.append(id)
                    if case .running(_, cancelRequested: true) = job.state { control(id)?.stop(.cancelRequested) }
                // A run that has just been settled is refused too; its control is gone then.
                case .failure: control(id)?.stop(.leaseLost)
                }
            }
            machine.withLock { $0.beaten(renewed, sentAt: sentAt) }
        } catch {
            failed("Heartbeat failed", error)
            machine.withLock { $0.beatFailed(at: time.uptime) }
        }
        bell.ring()
    }

    private func checkCancels() async {
        var jobs: Set<JobID> = []
        do {
            jobs = Set(try await store.cancelRequests?(configuration.worker) ?? [])
        } catch {
            failed("Looking for cancels failed", error)
        }
        let actions = machine.withLock { $0.cancelsChecked(jobs, at: time.uptime) }
        for case .stop(let id, let reason) in actions { control(id)?.stop(reason) }
        bell.ring()
    }

    private func prune() async {
        var isDone = true
        do {
            isDone = try await store.prune?(Self.prunedAtOnce) ?? 0 < Self.prunedAtOnce
        } catch {
            failed("Deleting old jobs failed", error)
        }
        machine.withLock { $0.pruned(isDone: isDone, at: time.uptime) }
        bell.ring()
    }

    private static let prunedAtOnce = 500

    /// What is taken of the artifacts of steps; nil where the store keeps none.
    var artifactLimits: ArtifactLimits? { store.putArtifact == nil ? nil : ArtifactLimits() }

    /// Stores an artifact; tries again for a while when the store cannot be reached.
    ///
    /// - Returns: why it was not kept, in one line; nil when it was.
    func keep(_ artifact: NewArtifact) async -> String? {
        guard let put = store.putArtifact else { return "the store keeps no artifacts" }
        for attempt in 1... {
            do {
                try await put(artifact)
                return nil
            } catch let error as QueueError where error.isTransient && attempt < Self.artifactAttempts {
                let delay = JobRunner.StateMachine.backoff(attempt, unit: random.unit())
                do { try await time.sleep(for: delay) } catch { return "the step was stopped" }
            } catch {
                return "\(error)"
            }
        }
        return nil
    }

    private static let artifactAttempts = 6

    /// Tells the directory of workers how the runner stands, and does what it orders.
    private func report(isDraining: Bool) async {
        do {
            let orders = try await store.report?(report(isDraining: isDraining, isStopped: false)) ?? WorkerOrders()
            machine.withLock { $0.reported(orders, at: time.uptime) }
        } catch {
            // The list of workers is for people; work goes on without it.
            logger.info("Reporting to the list of workers failed", metadata: [JobLogKeys.error: "\(error)"])
            machine.withLock { $0.reportFailed(at: time.uptime) }
        }
        bell.ring()
    }

    /// Takes the runner out of the directory of workers.
    private func reportEnd() async {
        guard let report = store.report, !isAbandoned.withLock({ $0 }) else { return }
        do {
            _ = try await report(self.report(isDraining: true, isStopped: true))
        } catch {
            // It is forgotten there by itself after a while.
            logger.info("Leaving the list of workers failed", metadata: [JobLogKeys.error: "\(error)"])
        }
    }

    private func report(isDraining: Bool, isStopped: Bool) -> WorkerReport {
        WorkerReport(
            name: configuration.worker, queues: configuration.slots.map(\.queue), slots: configuration.concurrency,
            version: configuration.version, host: ProcessIdentity.hostName,
            processID: Int(ProcessIdentity.processID), startedAt: startedAt, isDraining: isDraining,
            isStopped: isStopped)
    }

    /// Reports an error of the store, and ends the runner when waiting does not help.
    private func failed(_ what: Logger.Message, _ error: any Error) {
        logger.info(what, metadata: [JobLogKeys.error: "\(error)"])
        guard let error = error as? QueueError else { return }
        let hopeless: Set<QueueError.Code> = [.corrupt, .newerSchema, .notPermitted, .closed, .invalidRequest]
        guard hopeless.contains(error.code) else { return }
        fatal.withLock { $0 = $0 ?? error }
        machine.withLock { $0.stopNow() }
    }
}
