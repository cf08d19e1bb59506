internal import JobCore
internal import JobTransport
internal import Logging

/// One container from its creation to its removal.
///
/// It runs where the step's cancellation is not seen: a container must be stopped and removed also then. What stops it
/// is a ``StopSignal``.
struct ContainerRun: Sendable {
    /// Receives progress.
    typealias Report = StepReporter

    var engine: DockerEngine
    var settings: ContainerSettings
    var name: String
    /// What is already known of its image.
    var details: JSONObject
    var options: ContainerExecutor.Options
    /// How the container is told of its end.
    var ending: ProcessStop
    var time: TimeSource
    var logger: Logger
    var report: Report

    /// How long the rest of the output may take when the engine says that the container has ended.
    private static let drainLimit = Duration.seconds(10)
    /// The exit code of a process that SIGKILL ended.
    private static let killed = 137
    /// By how much the news of exhausted memory may precede and follow that of the end.
    private static let newsDelay = Duration.seconds(1)
    private static let removalTries = 5
    private static let removalPause = Duration.seconds(1)

    /// Creates, starts and follows the container, and removes it however that goes.
    ///
    /// - Throws: ``StepFailure``; `CancellationError` when the signal was raised.
    func run(stop: StopSignal) async throws -> StepOutput {
        let result: Result<StepOutput, any Error>
        do { result = .success(try await live(stop)) } catch { result = .failure(error) }
        await remove()
        if stop.isRaised { throw CancellationError() }
        return try result.get()
    }

    private func live(_ stop: StopSignal) async throws -> StepOutput {
        if stop.isRaised { throw CancellationError() }
        let (id, warnings) = try await engine.create(settings, name: name)
        for warning in warnings.prefix(5) { await report(.note("engine: \(EngineText.oneLine(warning))")) }
        return try await withThrowingTaskGroup(of: StepOutput?.self) { group in
            group.addTask {
                // Before the start, so that not even the output of the shortest container is missed.
                let output = try await engine.attach(id)
                if stop.isRaised { throw CancellationError() }
                try await engine.start(id)
                // A stop that came before the start did nothing.
                if stop.isRaised { try await engine.stop(id, grace: grace) }
                return try await follow(id, output, stop)
            }
            group.addTask {
                await stop.wait()
                if !Task.isCancelled { try await end(id) }
                return nil
            }
            defer { group.cancelAll() }
            while let output = try await group.next() {
                if let output { return output }
            }
            throw CancellationError()
        }
    }

    /// Reports the output until its end, and then tells how the container ended.
    private func follow(_ id: String, _ stream: HTTPBody, _ stop: StopSignal) async throws -> StepOutput {
        var demultiplexer = LogStreamDemultiplexer()
        var output = ContainerOutput(limit: options.outputLimit)
        var end: ContainerEnd
        do {
            do {
                for try await chunk in stream {
                    for piece in try demultiplexer.take(chunk) {
                        for progress in output.take(piece) { await report(progress) }
                    }
                }
            } catch let error as TransportError {
                throw await engine.error(error, "reading the container's output")
            }
            for progress in output.finish() { await report(progress) }
            try await engine.wait(id)
            end = try await engine.end(of: id)
            if end.exitCode == Self.killed, !end.isOutOfMemory, settings.memory != nil, !stop.isRaised {
                let now = time.now
                end.isOutOfMemory = try await engine.noticedMemoryExhaustion(
                    of: id, from: now - Self.newsDelay, to: now + Self.newsDelay)
            }
        } catch let error as EngineError {
            throw StepFailure.engineWentAway(error)
        }
        var details = details
        details["container"] = .string(id)
        if let imageID = end.imageID { details["imageID"] = .string(imageID) }
        details["oomKilled"] = .bool(end.isOutOfMemory)
        return try ContainerVerdict(
            end: end,
            output: StepOutput(exitCode: end.exitCode, isTruncated: output.isTruncated, details: details),
            errorStart: output.errorStart, memory: settings.memory, usesInit: settings.usesInit
        ).result()
    }

    /// How long the container may take to end; it is told of the hard stop first, where there is one.
    private var grace: Duration { ending.grace(usual: options.stopGrace, at: time.now) }

    /// Ends the container; throws when its output does not end then, which lets the group go.
    private func end(_ id: String) async throws {
        do {
            try await engine.stop(id, grace: grace)
        } catch let error as EngineError {
            // The removal that follows kills it.
            logger.info("Container not stopped", metadata: ["container": "\(name)", "error": "\(error)"])
            throw error
        }
        try await time.sleep(for: Self.drainLimit)
        throw CancellationError()
    }

    /// Removes the container by its name, which is known even where the answer to its creation was lost.
    private func remove() async {
        for attempt in 1...Self.removalTries {
            do {
                try await engine.remove(name)
                return
            } catch {
                if attempt < Self.removalTries {
                    // Never cancelled: this runs in a task of its own.
                    try? await time.sleep(for: Self.removalPause)
                    continue
                }
                logger.warning("Container not removed", metadata: ["container": "\(name)", "error": "\(error)"])
                await report(.note("the container \(name) is left behind: \(error)"))
            }
        }
    }
}
