extension JobRunner {
    /// What a runner decides, without any I/O: when to claim, to renew leases, to stop runs, and to end.
    ///
    /// All times are uptimes, so a changed wall clock neither ends a step nor keeps a lost lease alive.
    package struct StateMachine {
        package enum Phase: Hashable {
            /// Claims and works. Exits: `draining`, `stopping`.
            case running
            /// Claims nothing, lets runs finish. Exit: `stopping`.
            case draining(until: Duration)
            /// Has told all runs to stop. Ends when they have.
            case stopping
        }

        package enum Action: Hashable {
            case claim(ClaimRequest)
            /// Claim what is stored from now on.
            case wait(ClaimRequest)
            /// Wait no longer, as something else is to be done first.
            case endWait
            case heartbeat([RunID])
            case checkCancels
            case prune
            /// Tell the directory of workers how it stands.
            case report(isDraining: Bool)
            case stop(RunID, StopReason)
            /// The store could not be reached for too long.
            case giveUp
            case finish
        }

        package struct Run {
            let queue: String
            var leaseUntil: Duration
            var stepDeadline: Duration?
            var jobDeadline: Duration?
            var isStopping = false
            /// Whether its step's time limit is why.
            var isStepOverdue = false
            /// Whether its lease is over, so that it may write nothing more.
            var isLost = false
            /// Whether its steps are over and only its end is still to be stored; it takes up no slot any more.
            var isSettling = false

            /// When something must be decided about the run.
            var nextTimer: Duration {
                var next = leaseUntil
                if let stepDeadline { next = min(next, stepDeadline) }
                if let jobDeadline { next = min(next, jobDeadline) }
                return next
            }
        }

        private let configuration: Configuration
        private let hasSignals: Bool
        package private(set) var phase = Phase.running
        /// Why runs are told to stop in the phase `stopping`.
        private var ending = StopReason.shutdown
        private var endings: RunnerEndings
        package private(set) var runs: [RunID: Run] = [:]
        private var slots: RunnerSlots
        private var claiming: RunnerClaiming
        private var isBeating = false
        private var beatAt = Duration.zero
        private var isCheckingCancels = false
        private var wantsCancelCheck = false
        private var isPruning = false
        private var pruneAt: Duration?
        private var isReporting = false
        private var reportAt: Duration?

        /// A lower bound for the earliest timer of any run, so that runs are looked through only when one may be due.
        private var runTimer = Self.never

        private static let never = Duration.seconds(Int64.max)

        package init(
            _ configuration: Configuration, hasSignals: Bool, hasWaits: Bool = false, prunes: Bool,
            reports: Bool = false, at now: Duration
        ) {
            self.configuration = configuration
            endings = RunnerEndings(configuration)
            self.hasSignals = hasSignals
            slots = RunnerSlots(configuration)
            claiming = RunnerClaiming(configuration, hasWaits: hasWaits)
            pruneAt = prunes ? now + configuration.pruneInterval / 10 : nil
            reportAt = reports ? now : nil
        }

        /// How many runs take up a slot.
        package var active: Int { slots.taken }

        // MARK: Decisions

        /// What is to be done now.
        package mutating func next(at now: Duration) -> [Action] {
            var actions: [Action] = []
            if case .draining(let until) = phase, until <= now { phase = .stopping }
            endByItself(at: now, into: &actions)
            if phase == .stopping { stopAll(ending, into: &actions) }
            if runTimer <= now { stopOverdueRuns(at: now, into: &actions) }
            if !isBeating, !runs.isEmpty, beatAt <= now {
                isBeating = true
                actions.append(.heartbeat(Array(runs.keys)))
            }
            if wantsCancelCheck, !isCheckingCancels, !runs.isEmpty {
                isCheckingCancels = true
                actions.append(.checkCancels)
            }
            wantsCancelCheck = false
            if let due = pruneAt, due <= now, !isPruning, phase == .running {
                isPruning = true
                actions.append(.prune)
            }
            if let due = reportAt, due <= now, !isReporting, mayReport {
                isReporting = true
                reportAt = now + configuration.reportInterval
                actions.append(.report(isDraining: phase != .running))
            }
            if phase == .running {
                // The request is put together only when it is needed.
                if claiming.isDue(at: now), hasFreeSlot, !endings.isUsedUp,
                    let action = claiming.next(claimRequest(), at: now)
                {
                    actions.append(action)
                }
            } else if let end = claiming.endWait() {
                actions.append(end)
            } else if runs.isEmpty, !claiming.isUnderWay, !isReporting || ending != .interrupted {
                actions.append(.finish)
            }
            return actions
        }

        /// What is told of an interruption is heard while the last steps end.
        private var mayReport: Bool { phase != .stopping || ending == .interrupted }

        private mutating func endByItself(at now: Duration, into actions: inout [Action]) {
            guard phase != .stopping else { return }
            switch endings.reason(holdsJobs: !runs.isEmpty, at: now) {
            case .lost:
                phase = .stopping
                actions.append(.giveUp)
            case .idle: if phase == .running { drain(at: now) }
            case nil: if endings.isUsedUp, phase == .running { drainPatiently(at: now) }
            }
        }

        /// How long nothing is to be done unless something happens; nil for no end.
        package func idleTime(at now: Duration) -> Duration? {
            var next = runTimer
            if !runs.isEmpty, !isBeating { next = min(next, beatAt) }
            if case .draining(let until) = phase { next = min(next, until) }
            if let reportAt, !isReporting, mayReport { next = min(next, reportAt) }
            if phase != .stopping, let timer = endings.nextTimer { next = min(next, timer) }
            if phase == .running {
                if hasFreeSlot, let timer = claiming.nextTimer { next = min(next, timer) }
                if let pruneAt, !isPruning { next = min(next, pruneAt) }
            }
            return next == Self.never ? nil : max(.zero, next - now)
        }

        /// Whether another job may be claimed.
        ///
        /// Runs whose end is being stored count only against a second bound, so that nothing is claimed without end
        /// while the store takes no results.
        private var hasFreeSlot: Bool {
            slots.hasFree && runs.count < 2 * configuration.concurrency
        }

        /// Asks for as many jobs as there are free slots, which there must be.
        private func claimRequest() -> ClaimRequest {
            ClaimRequest(
                worker: configuration.worker, slots: slots.freeByQueue,
                limit: min(
                    slots.free, 2 * configuration.concurrency - runs.count, configuration.claimedAtOnce,
                    endings.jobsLeft ?? .max),
                lease: configuration.lease, leasesMayDieWithMachine: true)
        }

        private mutating func stopOverdueRuns(at now: Duration, into actions: inout [Action]) {
            var earliest = Self.never
            for (id, run) in runs where !run.isStopping {
                if run.leaseUntil <= now {
                    stop(id, .leaseLost, into: &actions)
                } else if let deadline = run.jobDeadline, deadline <= now {
                    stop(id, .jobTimeout, into: &actions)
                } else if let deadline = run.stepDeadline, deadline <= now {
                    stop(id, .stepTimeout, into: &actions)
                } else {
                    earliest = min(earliest, run.nextTimer)
                }
            }
            // A run that is stopping can still lose its lease while its executor winds down.
            for (id, run) in runs where run.isStopping && !run.isLost {
                if run.leaseUntil <= now {
                    stop(id, .leaseLost, into: &actions)
                } else {
                    earliest = min(earliest, run.leaseUntil)
                }
            }
            runTimer = earliest
        }

        private mutating func stopAll(_ reason: StopReason, into actions: inout [Action]) {
            for (id, run) in runs where !run.isStopping { stop(id, reason, into: &actions) }
        }

        private mutating func stop(_ id: RunID, _ reason: StopReason, into actions: inout [Action]) {
            runs[id]?.isStopping = true
            if reason == .stepTimeout { runs[id]?.isStepOverdue = true }
            if reason == .leaseLost { runs[id]?.isLost = true }
            actions.append(.stop(id, reason))
        }

        // MARK: Events

        /// The store hinted at a change.
        package mutating func signalled() {
            claiming.signalled()
            wantsCancelCheck = true
        }

        /// A claim brought jobs.
        ///
        /// - Parameters:
        ///   - sentAt: when the request was sent, from which the leases count.
        package mutating func claimed(_ claims: [Claim], sentAt: Duration, at now: Duration) {
            endings.claimed(claims.count)
            for claim in claims {
                let id = RunID(job: claim.job.id, generation: claim.lease.generation)
                let run = Run(
                    queue: claim.job.queue, leaseUntil: sentAt + configuration.lease,
                    jobDeadline: claim.job.spec.jobTimeout.map { now + $0 })
                if runs.isEmpty { beatAt = sentAt + configuration.lease / 3 }
                runs[id] = run
                slots.take(run.queue)
                runTimer = min(runTimer, run.nextTimer)
            }
        }

        /// All is known of a claim that was made; the next one may follow.
        ///
        /// - Parameters:
        ///   - isFull: whether it brought as many jobs as were asked for.
        ///   - nextDue: how long until the next job is due; nil for never or unknown.
        ///   - isEmpty: whether the store said that nothing waits or runs in these queues.
        package mutating func claimAnswered(isFull: Bool, nextDue: Duration?, isEmpty: Bool, at now: Duration) {
            claiming.answered(isFull: isFull, nextDue: nextDue, at: now)
            endings.answered()
            if configuration.stopsWhenEmpty, isEmpty, runs.isEmpty, !claiming.isWanted, phase == .running {
                phase = .stopping
            }
        }

        /// A wait has ended with so many jobs, of which ``claimed(_:sentAt:at:)`` tells.
        package mutating func waitEnded(jobs: Int) {
            claiming.waitEnded(jobs: jobs)
            if jobs > 0 { endings.answered() }
        }

        /// A claim or a wait failed; the next claim comes later, more so each time.
        package mutating func claimFailed(at now: Duration, unit: Double) {
            claiming.failed(at: now, unit: unit)
            endings.failed(at: now)
        }

        /// A run begins a step with a time limit.
        package mutating func stepBegan(_ id: RunID, timeout: Duration, at now: Duration) {
            guard var run = runs[id] else { return }
            run.stepDeadline = now + timeout
            runs[id] = run
            runTimer = min(runTimer, run.nextTimer)
        }

        /// A run's step with a time limit is over.
        ///
        /// - Returns: whether the run was to be stopped for that limit, which it may not have been told yet.
        package mutating func stepEnded(_ id: RunID) -> Bool {
            // A change in place costs three allocations, as the optimizer does not see through it.
            guard var run = runs[id] else { return false }
            run.stepDeadline = nil
            runs[id] = run
            return run.isStepOverdue
        }

        /// A run's steps are over and its end is on the way to the store; its slot is free.
        package mutating func settling(_ id: RunID) {
            guard var run = runs[id], !run.isSettling else { return }
            run.isSettling = true
            runs[id] = run
            slots.release(run.queue)
        }

        /// A run's end is stored, or there is nothing to store.
        package mutating func ended(_ id: RunID) {
            guard let run = runs.removeValue(forKey: id) else { return }
            if !run.isSettling { slots.release(run.queue) }
            // With signals, a claim that came back short will be repeated when there is something.
            if !hasSignals || configuration.stopsWhenEmpty { claiming.want() }
        }

        /// Something should reach the store sooner than the next heartbeat.
        package mutating func beatSoon(at now: Duration) {
            beatAt = min(beatAt, now + .milliseconds(200))
        }

        /// A heartbeat was answered.
        package mutating func beaten(_ renewed: [RunID], sentAt: Duration) {
            isBeating = false
            endings.answered()
            beatAt = sentAt + configuration.lease / 3
            for id in renewed { runs[id]?.leaseUntil = sentAt + configuration.lease }
        }

        /// A heartbeat failed; it is repeated soon, as the leases run on.
        package mutating func beatFailed(at now: Duration) {
            isBeating = false
            endings.failed(at: now)
            beatAt = now + configuration.lease / 12
        }

        /// The store was asked for cancels, or could not be.
        package mutating func cancelsChecked(_ jobs: Set<JobID>, at now: Duration) -> [Action] {
            isCheckingCancels = false
            return stop(jobs: jobs, .cancelRequested)
        }

        /// Runs of some jobs must stop.
        package mutating func stop(jobs: Set<JobID>, _ reason: StopReason) -> [Action] {
            var actions: [Action] = []
            guard !jobs.isEmpty else { return actions }
            for (id, run) in runs where jobs.contains(id.job) && (!run.isStopping || reason == .leaseLost) {
                stop(id, reason, into: &actions)
            }
            return actions
        }

        /// Finished jobs were deleted; `isDone` when no more are due.
        package mutating func pruned(isDone: Bool, at now: Duration) {
            isPruning = false
            pruneAt = isDone ? now + configuration.pruneInterval : now
        }

        /// The directory of workers has answered.
        package mutating func reported(_ orders: WorkerOrders, at now: Duration) {
            isReporting = false
            endings.answered()
            // Whoever orders it can wait: what runs may take its time.
            if orders.drain, phase == .running { drainPatiently(at: now) }
        }

        /// Claim no more, and let what runs take its time.
        private mutating func drainPatiently(at now: Duration) {
            phase = .draining(until: Self.never)
            if reportAt != nil { reportAt = now }
        }

        /// The directory of workers could not be reached.
        package mutating func reportFailed(at now: Duration) {
            isReporting = false
            endings.failed(at: now)
            reportAt = now + configuration.reportInterval / 4
        }

        /// Claim no more, and stop what still runs after the drain time.
        package mutating func drain(at now: Duration) {
            let end = now + configuration.drainTimeout
            switch phase {
            case .running:
                phase = .draining(until: end)
                if reportAt != nil { reportAt = now }
            case .draining(let until): phase = .draining(until: min(until, end))
            case .stopping: break
            }
        }

        /// Stop everything at once.
        package mutating func stopNow() {
            phase = .stopping
        }

        /// Stop everything because the machine is taken away, and tell of it at once.
        package mutating func interrupt(at now: Duration) {
            if phase != .stopping { ending = .interrupted }
            phase = .stopping
            reportSoon(at: now)
        }

        /// There is something new to tell.
        package mutating func reportSoon(at now: Duration) {
            if reportAt != nil { reportAt = now }
        }

        /// 0.1 s doubling up to 10 s, with up to half taken away at random.
        package static func backoff(_ failures: Int, unit: Double) -> Duration {
            let full = Duration.milliseconds(100) * (1 << min(7, max(0, failures - 1)))
            return min(.seconds(10), full) * (1 - unit / 2)
        }
    }
}
