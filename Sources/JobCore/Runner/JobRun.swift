internal import Logging

/// One claimed job being run: its steps in order, each recorded before the next begins.
struct JobRun: Sendable {
    let control: RunControl
    let core: RunnerCore

    private var claim: Claim { control.claim }
    private var id: RunID { control.id }

    /// Runs the steps until the job has an outcome, waits again, or must not go on.
    func run() async {
        await control.withStopping {
            guard core.tracing.isRecorded else { return await runSteps() }
            await core.tracing.withAttemptSpan(of: claim, worker: core.configuration.worker) { await runSteps() }
        }
    }

    private func runSteps() async {
        var job = claim.job
        while job.cursor < job.spec.steps.count {
            if let reason = control.reason { return end(after: reason, output: nil) }
            let index = job.cursor
            let result = await attempt(at: index, of: job)
            switch result {
            case .failure(let error): return end(after: error)
            case .success(let output):
                // A step that is done is recorded, even if somebody asked for a stop in the last moment.
                if control.reason == .leaseLost { return core.ended(control) }
                let done = JobEvent(.stepSucceeded(claim.key, step: index, output: output), of: job.id)
                if index + 1 == job.spec.steps.count {
                    return settle(done, JobEvent(.succeeded(claim.key), of: job.id))
                }
                if control.reason == .stepTimeout {
                    // The limit was this step's, so the next one must not fail by it; but the task is cancelled.
                    let reason = "step \(job.spec.steps[index].name) succeeded after its time limit"
                    return settle(done, JobEvent(.released(claim.key, reason: reason), of: job.id))
                }
                switch await core.outbox.settle(done, of: control) {
                case .success(let next): job = next
                case .failure(let refusal): return refused(refusal)
                }
            }
        }
        settle(JobEvent(.succeeded(claim.key), of: job.id))
    }

    private func attempt(at index: Int, of job: Job) async -> Result<StepOutput, any Error> {
        let step = job.spec.steps[index]
        guard let executor = core.executors[step.action.kind] else {
            let known = core.executors.kinds.sorted().joined(separator: ", ")
            return .failure(
                StepFailure(
                    .unknownKind,
                    "this worker runs no steps of kind \(step.action.kind); it runs \(known.isEmpty ? "none" : known)",
                    isRetryable: false))
        }
        let timeout = job.spec.timeout(of: step)
        if let timeout { core.stepBegan(id, timeout: timeout) }
        // Mostly there is none, and then nobody need be told.
        defer { if timeout != nil { core.stepEnded(control) } }
        guard core.tracing.isRecorded else {
            return await perform(invocation(of: step, at: index, of: job, JobTracing.currentHeaders()), by: executor)
        }
        return await core.tracing.withStepSpan(step, index: index, attempt: job.steps[index].attempts) { trace in
            await perform(invocation(of: step, at: index, of: job, trace), by: executor)
        }
    }

    private func perform(
        _ invocation: StepInvocation, by executor: any JobExecutor
    ) async -> Result<StepOutput, any Error> {
        let index = invocation.index
        do {
            return .success(try await executor.run(invocation) { await take($0, step: index) })
        } catch {
            return .failure(error)
        }
    }

    private func invocation(
        of step: StepSpec, at index: Int, of job: Job, _ trace: [String: String]
    ) -> StepInvocation {
        StepInvocation(
            jobID: job.id, jobName: job.spec.name, queue: job.queue, step: step, index: index,
            attempt: job.steps[index].attempts, timeout: job.spec.timeout(of: step), metadata: job.spec.metadata,
            outputs: index == 0 ? [:] : job.outputs, traceContext: trace, artifacts: core.artifactLimits,
            checkpoint: checkpoint(at: index, of: job), stop: stop, logger: logger(of: step, at: index, of: job))
    }

    /// What the step's executor hears of its end.
    private var stop: StepStop {
        StepStop { [control, core] in
            guard let reason = control.reason else { return nil }
            return StepStop.Order(
                reason: reason, hardStop: reason == .interrupted ? core.whatWasTold.hardStop : nil)
        }
    }

    private func checkpoint(at index: Int, of job: Job) -> StepCheckpoint? {
        guard let store = core.checkpoints else { return nil }
        let step = job.spec.steps[index]
        return StepCheckpoint(
            store: store, name: Checkpoint(job: job.id, step: index, key: claim.key),
            // The first lease of a job finds nothing.
            mayExist: claim.lease.generation > 1,
            mayRunAgain: job.steps[index].attempts < job.spec.retryPolicy(of: step).limit)
    }

    /// The runner's logger with the keys of a step; unchanged when it says nothing anyway.
    private func logger(of step: StepSpec, at index: Int, of job: Job) -> Logger {
        var logger = core.logger
        if logger.handler is SwiftLogNoOpLogHandler { return logger }
        for (key, value) in job.logMetadata { logger[metadataKey: key] = value }
        logger[metadataKey: JobLogKeys.stepIndex] = "\(index)"
        logger[metadataKey: JobLogKeys.stepName] = "\(step.name)"
        return logger
    }

    private func take(_ progress: StepProgress, step: Int) async {
        switch progress {
        case .output(let stream, let bytes):
            await core.outbox.log(bytes, stream: stream, step: step, key: claim.key, of: control)
        case .progress(let progress):
            control.report(progress)
            core.beatSoon()
        case .artifact(let name, let contentType, let bytes):
            let artifact = NewArtifact(
                job: claim.job.id, name: name, contentType: contentType, bytes: bytes, key: claim.key)
            guard let trouble = await core.keep(artifact) else { return }
            await take(.note("the artifact \(name) was not kept: \(trouble)"), step: step)
        }
    }

    // MARK: Ends

    private func end(after error: any Error) {
        let output = (error as? StepFailure)?.output
        if let reason = control.reason { return end(after: reason, output: output) }
        switch error {
        case let failure as StepFailure: fail(failure)
        case let snooze as SnoozeRequest:
            settle(JobEvent(.snoozed(claim.key, for: max(.zero, snooze.duration)), of: claim.job.id))
        default: fail(StepFailure(.error, "\(error)"))
        }
    }

    private func end(after reason: StopReason, output: StepOutput?) {
        switch reason {
        case .leaseLost: core.ended(control)
        case .cancelRequested: settle(JobEvent(.released(claim.key, reason: "cancelled"), of: claim.job.id))
        case .shutdown:
            settle(JobEvent(.released(claim.key, reason: "the worker was shut down"), of: claim.job.id))
        case .interrupted:
            settle(JobEvent(.interrupted(claim.key, reason: core.whatWasTold.reason), of: claim.job.id))
        case .stepTimeout: fail(StepFailure(.timeout, "the step ran into its time limit", output: output))
        case .jobTimeout:
            let limit = claim.job.spec.jobTimeout?.jobText ?? ""
            fail(StepFailure(.timeout, "the job ran into its time limit of \(limit)", output: output))
        }
    }

    private func fail(_ failure: StepFailure) {
        var drawn = failure
        drawn.jitter = core.random.unit()
        settle(JobEvent(.failed(claim.key, drawn), of: claim.job.id))
    }

    /// Hands the last events of the run over.
    private func settle(_ event: JobEvent, _ last: JobEvent? = nil) {
        core.outbox.end(control, with: event, last)
    }

    private func refused(_ refusal: TransitionRefused) {
        RunnerCore.tell(of: refusal, to: control, core.logger)
        core.ended(control)
    }
}
