internal import Logging
internal import Synchronization

/// What the runner asks of its store, and how it takes the answers.
extension RunnerCore {
    func claim(_ request: ClaimRequest) async {
        let sentAt = time.uptime
        do {
            let claims = try await store.queue.claim(request)
            take(claims, sentAt: sentAt)
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

    /// Waits until jobs are stored that can be run.
    func wait(_ request: ClaimRequest) async {
        let sentAt = Mutex(time.uptime)
        do {
            let claims = try await store.claimWhenStored?(request) { [time] age in
                sentAt.withLock { $0 = time.uptime - age }
            }
            take(claims ?? [], sentAt: sentAt.withLock(\.self))
            machine.withLock { $0.waitEnded(jobs: claims?.count ?? 0) }
        } catch {
            failed("Waiting for jobs failed", error)
            machine.withLock { $0.claimFailed(at: time.uptime, unit: random.unit()) }
        }
        bell.ring()
    }

    /// Makes runs of what was claimed; the loop starts them when the bell rings.
    private func take(_ claims: [Claim], sentAt: Duration) {
        if claims.isEmpty { return }
        let runs = claims.map(RunControl.init)
        controls.add(runs)
        machine.withLock { $0.claimed(claims, sentAt: sentAt, at: time.uptime) }
        crew.add(runs)
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
    func heartbeat(_ ids: [RunID]) async {
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
            for (id, event) in zip(ids, events) {
                guard case .heartbeat(_, _, let progress?) = event.change else { continue }
                control(id)?.giveBack(progress)
            }
            machine.withLock { $0.beatFailed(at: time.uptime) }
        }
        bell.ring()
    }

    func checkCancels() async {
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

    func prune() async {
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
    func report(isDraining: Bool) async {
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
    ///
    /// One whose machine is taken away stays there for a while, so that what it was told is heard.
    func reportEnd() async {
        guard let report = store.report, !isAbandoned.withLock({ $0 }) else { return }
        do {
            _ = try await report(self.report(isDraining: true, isStopped: !whatWasTold.isInterrupted))
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
            isStopped: isStopped, notice: whatWasTold.notice)
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
