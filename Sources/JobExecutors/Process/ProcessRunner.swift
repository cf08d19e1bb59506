internal import JobCore

/// Runs processes to their end, with everything that they started in their group.
struct ProcessRunner: Sendable {
    /// Receives progress.
    typealias Report = StepReporter

    /// How long members of the group may take.
    var options: ProcessOptions
    /// Measures the graces.
    var time: TimeSource
    /// Where it blocks.
    var threads = WorkerThreads.shared

    /// Who ends what is left when this program is killed.
    private var orphans: OrphanGuard? { options.endsOrphans ? .shared : nil }

    /// Runs one process and reports its output as it comes.
    ///
    /// While `report` is suspended, output stays in the pipe, and the process waits when that is full.
    /// Cancelling the task ends the group (TERM, grace, KILL) and waits until the process is reaped.
    ///
    /// - Throws: ``StepFailure`` when it cannot be started; `CancellationError` when it was ended by a cancellation.
    func run(_ launch: ProcessLaunch, report: Report) async throws -> ProcessEnd {
        try Task.checkCancellation()
        let handle = ProcessHandle(time: time, orphans: orphans)
        return try await withTaskCancellationHandler {
            let end: ProcessEnd
            do {
                end = try await follow(launch, handle, report)
            } catch {
                await handle.finish()
                throw error
            }
            await handle.finish()
            if handle.isStopped { throw CancellationError() }
            return end
        } onCancel: {
            handle.stop(grace: launch.stop.grace(usual: options.killGrace, at: time.now))
        }
    }

    private func follow(_ launch: ProcessLaunch, _ handle: ProcessHandle, _ report: Report) async throws -> ProcessEnd {
        // Start and first event in one call: most processes print nothing, so they need no second one.
        var (event, process) = try await blocking { () throws(StepFailure) in
            var process = try launch.start(handle)
            return (process.next(), process)
        }
        while true {
            switch event {
            case .output(let stream, let bytes):
                await report(.output(stream, bytes))
            case .limitReached(let stream):
                await report(
                    .note("\(stream.rawValue) is longer than \(options.outputLimit.jobText); the rest is dropped"))
            case .leftOutputOpen:
                handle.kill(after: options.drainGrace)
            case .ended(let status?):
                return ProcessEnd(status: status, allowance: process.allowance)
            case .ended(nil):
                throw StepFailure(
                    .error, "the exit status of the \(launch.what) is lost; this program must not ignore SIGCHLD")
            }
            do {
                (event, process) = try await blocking { [process] () throws(StepFailure) in
                    var process = process
                    return (process.next(), process)
                }
            } catch {
                process.abandon()
                throw error
            }
        }
    }

    /// Calls `body` with what a step's processes are started with; its files live as long as the call.
    ///
    /// What they leave in their folder for artifacts is reported, also when the step failed; what they leave in that of
    /// their checkpoint is stored when the step was stopped or may be tried again.
    func withSurroundings<Value: Sendable>(
        of step: StepInvocation, own: [String: String] = [:], report: @escaping StepReporter,
        _ body: (StepSurroundings) async throws -> Value
    ) async throws -> Value {
        guard let place = step.checkpoint else {
            return try await withArtifacts(of: step, own: own, folder: nil, report: report) {
                try await body(StepSurroundings(environment: $0, stop: ProcessStop(order: step.stop)))
            }
        }
        return try await withCheckpoint(place, of: step, isShared: false, report: report) { folder in
            try await withArtifacts(of: step, own: own, folder: folder, report: report) {
                try await body(
                    StepSurroundings(environment: $0, stop: ProcessStop(order: step.stop, folder: folder)))
            }
        }
    }

    /// Calls `body` with a folder that holds what an earlier attempt has left, and keeps what this one leaves.
    func withCheckpoint<Value: Sendable>(
        _ place: StepCheckpoint, of step: StepInvocation, isShared: Bool, report: @escaping StepReporter,
        _ body: (StepFolder) async throws -> Value
    ) async throws -> Value {
        let folder = try StepFolder(
            in: options.temporaryDirectory, isShared: isShared, orphans: orphans, logger: step.logger)
        let checkpoints = StepCheckpoints(place: place, folder: folder, step: step, processes: self)
        let result: Result<Value, any Error>
        do {
            let wasRestored = try await checkpoints.restore(report)
            do {
                let value = try await body(folder)
                await checkpoints.finish(after: nil, wasRestored: wasRestored, report)
                result = .success(value)
            } catch {
                await checkpoints.finish(after: error, wasRestored: wasRestored, report)
                result = .failure(error)
            }
        } catch { result = .failure(error) }
        // Mostly it is empty. A thread that cannot be had leaves it to the system's own cleaning.
        if !folder.removeIfEmpty() { _ = try? await threads.run { folder.remove() } }
        return try result.get()
    }

    private func withArtifacts<Value>(
        of step: StepInvocation, own: [String: String], folder state: StepFolder?, report: StepReporter,
        _ body: ([String: String]) async throws -> Value
    ) async throws -> Value {
        try await withArtifactFolder(of: step, isShared: false, report: report) { artifacts in
            try await withOutputs(of: step, own: own, artifacts: artifacts, state: state, body)
        }
    }

    /// Calls `body` with the path of a folder for artifacts, where the step may leave some, and reports them.
    func withArtifactFolder<Value>(
        of step: StepInvocation, isShared: Bool, report: StepReporter, _ body: (String?) async throws -> Value
    ) async throws -> Value {
        guard let limits = step.artifacts else { return try await body(nil) }
        let folder = try ArtifactFolder(
            in: options.temporaryDirectory, isShared: isShared, limits: limits, orphans: orphans, logger: step.logger)
        do {
            let value = try await body(folder.path)
            try await hand(folder, to: report)
            return value
        } catch let failure as StepFailure {
            try await hand(folder, to: report)
            throw failure
        } catch {
            await discard(folder)
            throw error
        }
    }

    /// Reports what stands in a folder, and removes it.
    private func hand(_ folder: ArtifactFolder, to report: Report) async throws {
        // Mostly it is empty, and then this is all.
        if folder.removeIfEmpty() { return }
        do {
            let found = try await blocking { () throws(StepFailure) in folder.list() }
            for note in found.notes { await report(.note(note)) }
            for name in found.names {
                try Task.checkCancellation()
                switch try await blocking({ () throws(StepFailure) in folder.read(name) }) {
                case .bytes(let bytes): await report(.artifact(name: name, contentType: ArtifactType.of(name), bytes))
                case .refused(let reason): await report(.note("the artifact \(name) was not kept: \(reason)"))
                }
            }
        } catch {
            await discard(folder)
            throw error
        }
        await discard(folder)
    }

    private func discard(_ folder: ArtifactFolder) async {
        if folder.removeIfEmpty() { return }
        // Also in a cancelled task; a thread that cannot be had leaves it to the system's own cleaning.
        _ = try? await threads.run { folder.remove() }
    }

    private func withOutputs<Value>(
        of step: StepInvocation, own: [String: String], artifacts: String?, state: StepFolder?,
        _ body: ([String: String]) async throws -> Value
    ) async throws -> Value {
        let environment = { (file: OutputsFile?) in
            step.childEnvironment(
                inherited: options.inherited, outputsFile: file?.path, artifacts: artifacts,
                deadline: state?.deadline, checkpoint: state?.checkpoint, own: own)
        }
        if step.outputs.isEmpty { return try await body(environment(nil)) }
        let file = try await blocking { [options, orphans] () throws(StepFailure) in
            try OutputsFile(
                step.outputs, in: options.temporaryDirectory, orphans: orphans, logger: step.logger)
        }
        defer { file?.remove() }
        return try await body(environment(file))
    }

    /// Runs something that blocks on a thread of its own.
    func blocking<Value: Sendable>(
        _ body: @escaping @Sendable () throws(StepFailure) -> Value
    ) async throws -> Value {
        let result: Result<Value, StepFailure>
        do {
            result = try await threads.run { () -> Result<Value, StepFailure> in
                do throws(StepFailure) { return .success(try body()) } catch { return .failure(error) }
            }
        } catch let error as NoThread {
            throw StepFailure.noResources("starting a thread", error.number)
        }
        return try result.get()
    }
}
