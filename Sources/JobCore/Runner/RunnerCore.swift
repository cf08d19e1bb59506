internal import Logging
internal import Synchronization

/// The shell around the runner's state machine: it carries out what the machine decides, and tells it what happened.
final class RunnerCore: Sendable {
    let configuration: JobRunner.Configuration
    let executors: ExecutorRegistry
    let outbox: Outbox
    let random: RandomSource
    let logger: Logger
    let store: RunnerStore
    let checkpoints: (any CheckpointStore)?
    let time: TimeSource
    let machine: SharedMachine
    let controls = RunControls()
    let fatal = Mutex<QueueError?>(nil)
    let isAbandoned = Mutex(false)
    private let told = Mutex(Told())
    let bell: Bell
    let crew: RunCrew
    let tracing = JobTracing()
    let startedAt: Timestamp

    init(
        store: RunnerStore, executors: ExecutorRegistry, configuration: JobRunner.Configuration,
        checkpoints: (any CheckpointStore)? = nil, time: TimeSource, random: RandomSource, logger: Logger
    ) {
        var logger = logger
        logger[metadataKey: JobLogKeys.workerID] = "\(configuration.worker)"
        self.store = store
        self.checkpoints = checkpoints
        self.executors = executors
        self.configuration = configuration
        self.time = time
        self.random = random
        self.logger = logger
        startedAt = time.now
        let bell = Bell()
        self.bell = bell
        crew = RunCrew(bell: bell)
        machine = SharedMachine(
            JobRunner.StateMachine(
                configuration, hasSignals: store.signals != nil, hasWaits: store.claimWhenStored != nil,
                prunes: store.prune != nil, reports: store.report != nil, at: time.uptime))
        outbox = Outbox(
            write: store.write, keepsLogs: store.keepsLogs, time: time, random: random, logger: logger,
            observer: Outbox.Observer(
                activeRuns: { [machine] in machine.withLock { $0.active } },
                departing: { [machine] runs in
                    if runs.isEmpty { return }
                    machine.withLock { machine in for run in runs { machine.settling(run) } }
                    // What takes their slots is claimed beside the write, and so in the same commit.
                    bell.ring()
                },
                refused: { [logger] run, refusal in Self.tell(of: refusal, to: run, logger) },
                answered: { [machine, controls] ended in
                    controls.remove(ended)
                    machine.withLock { machine in for run in ended { machine.ended(run) } }
                    // Once for all that was stored together, so that their slots are claimed for together too.
                    bell.ring()
                }))
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

    /// Tells the directory of workers what the machine was told.
    func notify(_ notice: WorkerNotice?) {
        told.withLock { told in
            // That it is taken away stays the news, whatever else is heard.
            if !told.isInterrupted { told.notice = notice?.reportable }
        }
        machine.withLock { $0.reportSoon(at: time.uptime) }
        bell.ring()
    }

    /// Stops all runs because the machine is taken away, and gives their jobs back.
    func interrupt(_ notice: WorkerNotice, hardStop: Timestamp) {
        told.withLock { told in
            if told.isInterrupted { return }
            told = Told(notice: notice.reportable, hardStop: hardStop)
        }
        machine.withLock { $0.interrupt(at: time.uptime) }
        bell.ring()
    }

    /// Ends as a process does that is killed: whatever runs is cancelled, and none of it is written any more.
    func abandon() {
        isAbandoned.withLock { $0 = true }
        for control in controls.all { control.stop(.leaseLost) }
        stopNow()
    }

    /// How many jobs the runner holds, from the answer to their claim until their end is stored.
    var heldJobs: Int { machine.withLock { $0.runs.count } }

    /// What the machine was told.
    var whatWasTold: Told { told.withLock { $0 } }

    // MARK: What runs tell

    func stepBegan(_ id: RunID, timeout: Duration) {
        let isSooner = machine.withLock { machine in
            let now = time.uptime
            let before = machine.idleTime(at: now)
            machine.stepBegan(id, timeout: timeout, at: now)
            return machine.idleTime(at: now) != before
        }
        if isSooner { bell.ring() }
    }

    func stepEnded(_ control: RunControl) {
        // A stop that is still on its way is heard here, so that it does not come upon the next step.
        if machine.withLock({ $0.stepEnded(control.id) }) { control.stop(.stepTimeout) }
    }

    func beatSoon() {
        machine.withLock { $0.beatSoon(at: time.uptime) }
        bell.ring()
    }

    /// Frees the slot of a run that stores nothing more, and looks for what to do with it.
    func ended(_ control: RunControl) {
        controls.remove([control.id])
        outbox.forget([control.id])
        machine.withLock { $0.ended(control.id) }
        bell.ring()
    }

    /// Notes that the store has refused what a run brought.
    static func tell(of refusal: TransitionRefused, to run: RunControl, _ logger: Logger) {
        // After a lost reply, a repeated outcome is refused because the first one counted.
        if case .alreadyFinished = refusal { return }
        logger.info(
            "Settling refused",
            metadata: run.claim.job.logMetadata.merging([JobLogKeys.error: "\(refusal)"]) { $1 })
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
            var waiting: Task<Void, Never>?
            while true {
                for _ in 0..<crew.takeWantedTasks() { group.addTask { await self.runArrived() } }
                let (actions, idle) = machine.withLock { machine in
                    let now = time.uptime
                    let actions = machine.next(at: now)
                    return (actions, actions.isEmpty ? machine.idleTime(at: now) : nil)
                }
                if actions.contains(.giveUp) {
                    fatal.withLock { $0 = $0 ?? .lostStore(after: configuration.lostTimeout ?? .zero) }
                }
                if actions.contains(.finish) { break }
                if actions.isEmpty { await bell.wait(atMost: idle, on: time) }
                for action in actions { perform(action, in: &group, waiting: &waiting) }
            }
            group.cancelAll()
        }
    }

    /// Runs what has arrived, one job after the other, until all has begun.
    private func runArrived() async {
        var isFirst = true
        while let run = crew.next(isFirst: isFirst) {
            isFirst = false
            await JobRun(control: run, core: self).run()
            // Whoever has stopped that run has cancelled this task, which is no good for others then.
            if Task.isCancelled { return crew.leave() }
        }
    }

    private func perform(
        _ action: JobRunner.StateMachine.Action, in group: inout DiscardingTaskGroup,
        waiting: inout Task<Void, Never>?
    ) {
        switch action {
        case .claim(let request): group.addTask { await self.claim(request) }
        case .wait(let request):
            // A task of its own, which can be cancelled without the others.
            let wait = Task { await self.wait(request) }
            waiting = wait
            group.addTask {
                await withTaskCancellationHandler {
                    await wait.value
                } onCancel: {
                    wait.cancel()
                }
            }
        case .endWait: waiting?.cancel()
        case .heartbeat(let ids): group.addTask { await self.heartbeat(ids) }
        case .checkCancels: group.addTask { await self.checkCancels() }
        case .prune: group.addTask { await self.prune() }
        case .report(let isDraining): group.addTask { await self.report(isDraining: isDraining) }
        case .stop(let id, let reason): control(id)?.stop(reason)
        case .giveUp, .finish: break
        }
    }

    func control(_ id: RunID) -> RunControl? { controls[id] }
}

extension QueueError {
    fileprivate static func lostStore(after time: Duration) -> QueueError {
        QueueError(.unavailable, operation: "run", detail: "the store could not be used for \(time.jobText)")
    }
}
