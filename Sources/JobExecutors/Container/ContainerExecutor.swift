public import JobCore
public import JobTransport

/// Runs `container` steps: one container on a Docker Engine, removed when the step ends, however it ends.
///
/// - The image is fetched as the step's `pull` says.
/// - Its environment is the image's, then `JOB_ID`, `JOB_NAME`, `JOB_QUEUE`, `JOB_STEP`, `JOB_STEP_INDEX`,
///   `JOB_ATTEMPT`, `JOB_ATTEMPT_ID`, `JOB_IDEMPOTENCY_KEY`, `JOB_METADATA_<KEY>`, the trace headers, `JOB_OUTPUTS` (a
///   file with the finished steps' outputs, when there are any), `JOB_ARTIFACTS` as for commands, `JOB_CHECKPOINT` and
///   `JOB_DEADLINE` as for commands where the worker keeps checkpoints, then the step's variables and the container's
///   own.
/// - Output is reported as it comes, in the order of each stream.
/// - Containers are never privileged, gain no privileges, and see only permitted directories of the host.
/// - Each is labelled with its job, step and attempt. What an earlier attempt at the step has left behind, because its
///   worker was killed, is removed before the step starts.
public struct ContainerExecutor: JobExecutor {
    private let transport: any HTTPTransport
    private let options: Options
    private let time: TimeSource
    private let random: RandomSource

    /// Makes an executor that reaches its engine through `transport`; `random` is for the containers' names.
    public init(
        transport: any HTTPTransport, options: Options = Options(), time: TimeSource = .system,
        random: RandomSource = .system
    ) {
        self.transport = transport
        self.options = options
        self.time = time
        self.random = random
    }

    /// Runs one container to its end, and removes it.
    ///
    /// Cancelling the task sends the stop signal, kills the container after the grace, and removes it.
    ///
    /// - Throws: `StepFailure` with code `exitCode`, `outOfMemory`, `invalidStep` for an image, command or setting that
    ///   does not work, `notPermitted` for a mount or network that is not allowed and for an engine that is closed to
    ///   this user, `unavailable` when engine or registry cannot be reached; `CancellationError` after the removal.
    public func run(
        _ step: StepInvocation, reporting report: @escaping StepReporter
    ) async throws -> StepOutput {
        guard case .container(let action) = step.step.action else {
            throw StepFailure.wrongKind(step, BuiltInKind.container)
        }
        try Task.checkCancellation()
        do {
            return try await run(action, of: step, report)
        } catch let error as EngineError {
            throw StepFailure(error)
        }
    }

    private func run(
        _ action: ContainerAction, of step: StepInvocation, _ report: @escaping StepReporter
    ) async throws -> StepOutput {
        let socket = try options.engine.socketPath()
        guard let image = ImageReference(action.image) else {
            throw StepFailure(
                .invalidStep, "\(action.image) is no image reference; write it like alpine:3.20", isRetryable: false)
        }
        try checkNetwork(action.network)
        let policy = MountPolicy(directories: options.mountableDirectories, engineSocket: socket)
        var mounts: [ContainerAction.Mount] = []
        if !action.mounts.isEmpty {
            mounts = try await blocking { () throws(StepFailure) in try policy.resolve(action.mounts) }
        }
        let engine = try await DockerEngine(transport: transport, socketPath: socket).negotiated()
        try await removeLeftovers(of: step, on: engine, report)
        let found = try await fetch(image, action.pull, from: engine, report)
        var details: JSONObject = ["image": .string(image.description)]
        if let found { details["imageID"] = .string(found.id) }
        if let digest = found?.digest { details["digest"] = .string(digest) }

        let prepared = (details: details, mounts: mounts)
        return try await withFolder(of: step, report) { folder in
            try await withFiles(of: step, report) { outputs, artifacts in
                let settings = settings(
                    action, image, of: step, mounts: prepared.mounts, outputs: outputs, artifacts: artifacts,
                    folder: folder)
                let run = ContainerRun(
                    engine: engine, settings: settings, name: ContainerLabels.name(step, random: random),
                    details: prepared.details, options: options,
                    ending: ProcessStop(order: step.stop, folder: folder), time: time, logger: step.logger,
                    report: report)
                let stop = StopSignal()
                return try await withTaskCancellationHandler {
                    try await uncancelled { try await run.run(stop: stop) }
                } onCancel: {
                    stop.raise()
                }
            }
        }
    }

    private func withFolder(
        of step: StepInvocation, _ report: @escaping StepReporter,
        _ body: (StepFolder?) async throws -> StepOutput
    ) async throws -> StepOutput {
        guard let place = step.checkpoint else { return try await body(nil) }
        return try await processes.withCheckpoint(place, of: step, isShared: true, report: report) {
            try await body($0)
        }
    }

    private func settings(
        _ action: ContainerAction, _ image: ImageReference, of step: StepInvocation,
        mounts: [ContainerAction.Mount], outputs: ContainerOutputsFile?, artifacts: String?, folder: StepFolder?
    ) -> ContainerSettings {
        let kept = artifacts.map { ContainerAction.Mount(source: $0, target: Self.artifactsInside) }
        return ContainerSettings(
            image: image.description, command: action.command, entrypoint: action.entrypoint,
            environment: step.childEnvironment(
                inherited: options.inherited,
                outputsFile: outputs.map { _ in ContainerOutputsFile.pathInside },
                artifacts: kept?.target,
                deadline: folder.map { _ in StepFolder.deadlineInside },
                checkpoint: folder.map { _ in StepFolder.checkpointInside }, own: action.environment),
            directory: action.directory, user: action.user, labels: ContainerLabels.all(step),
            mounts: mounts + [outputs?.mount, kept].compactMap(\.self) + (folder?.mounts ?? []),
            memory: action.memory, cpus: action.cpus, pidsLimit: options.pidsLimit, network: action.network,
            usesInit: options.usesInit)
    }

    private func checkNetwork(_ network: String?) throws(StepFailure) {
        guard let network, !options.allowsHostNetwork else { return }
        guard network == "host" || network.hasPrefix("container:") || network.hasPrefix("ns:") else { return }
        throw StepFailure(
            .notPermitted, "this worker lets no container use the network \(network); name one of the engine's own",
            isRetryable: false)
    }

    private func removeLeftovers(
        of step: StepInvocation, on engine: DockerEngine, _ report: StepReporter
    ) async throws {
        for id in try await engine.containers(labelled: ContainerLabels.step(step)) {
            try await engine.remove(id)
            await report(.note("removed the container \(id.prefix(12)), left behind by an earlier attempt"))
        }
    }

    private func fetch(
        _ image: ImageReference, _ pull: ContainerAction.Pull, from engine: DockerEngine,
        _ report: StepReporter
    ) async throws -> EngineImage? {
        if pull != .always, let found = try await engine.image(image) { return found }
        guard pull != .never else { throw StepFailure.missingImage(image) }
        await report(.note("pulling \(image)"))
        do {
            try await engine.pull(image) { await report(.note($0)) }
        } catch let error as EngineError {
            throw StepFailure.pull(error)
        }
        return try await engine.image(image)
    }

    /// Where containers see the folder for artifacts.
    private static let artifactsInside = "/run/jobkit/artifacts"

    /// Calls `body` with the finished steps' outputs and the path of a folder for artifacts.
    private func withFiles(
        of step: StepInvocation, _ report: @escaping StepReporter,
        _ body: (ContainerOutputsFile?, String?) async throws -> StepOutput
    ) async throws -> StepOutput {
        try await processes.withArtifactFolder(of: step, isShared: true, report: report) { artifacts in
            try await withOutputs(of: step) { try await body($0, artifacts) }
        }
    }

    private func withOutputs<Value>(
        of step: StepInvocation, _ body: (ContainerOutputsFile?) async throws -> Value
    ) async throws -> Value {
        if step.outputs.isEmpty { return try await body(nil) }
        let file = try await blocking { [options] () throws(StepFailure) in
            try ContainerOutputsFile(step.outputs, in: options.temporaryDirectory, logger: step.logger)
        }
        defer { file?.remove() }
        return try await body(file)
    }

    private func blocking<Value: Sendable>(
        _ body: @escaping @Sendable () throws(StepFailure) -> Value
    ) async throws -> Value {
        try await processes.blocking(body)
    }

    private var processes: ProcessRunner {
        ProcessRunner(options: ProcessOptions(temporaryDirectory: options.temporaryDirectory), time: time)
    }
}

extension StepFolder {
    /// Where containers see the folder of the checkpoint.
    static let checkpointInside = "/run/jobkit/checkpoint"
    /// Where containers see when they must have ended.
    static let deadlineInside = "/run/jobkit/stop/\(deadlineName)"

    /// The mounts that show both.
    fileprivate var mounts: [ContainerAction.Mount] {
        [
            ContainerAction.Mount(source: checkpoint, target: Self.checkpointInside),
            ContainerAction.Mount(source: stop, target: "/run/jobkit/stop", isReadOnly: true),
        ]
    }
}
