internal import JobCore
internal import Logging

/// Brings a step's checkpoint to its folder before it runs, and from there to the store when it was stopped.
struct StepCheckpoints: Sendable {
    let place: StepCheckpoint
    let folder: StepFolder
    let step: StepInvocation
    let processes: ProcessRunner

    /// How long saving may take when the machine is not taken away.
    private static let saveTime = Duration.seconds(120)
    /// How long saving may go on after the hard stop of a machine that is taken away.
    private static let lateTime = Duration.seconds(12)

    /// Restores what an earlier attempt has left.
    ///
    /// - Returns: whether there was something.
    /// - Throws: ``StepFailure`` when the store cannot be reached; `CancellationError`.
    func restore(_ report: StepReporter) async throws -> Bool {
        guard place.mayExist else { return false }
        do {
            guard try await place.store.load(place.name, to: folder.archive) else { return false }
            try await tar(["-x", "-p", "-f", folder.archive, "-C", folder.checkpoint])
            await report(.note("restored the checkpoint of an earlier attempt"))
            return true
        } catch let error as CancellationError {
            throw error
        } catch let error as QueueError {
            throw StepFailure(.unavailable, "the checkpoint cannot be read: \(error)")
        } catch {
            await report(.note("the checkpoint was not restored, the step begins anew: \(error)"))
            return false
        }
    }

    /// Does with the checkpoint what the step's end asks for; never throws, because that end stands.
    ///
    /// - Parameters:
    ///   - failure: what the step threw; nil when it succeeded.
    ///   - wasRestored: whether the store has an earlier one.
    func finish(after failure: (any Error)?, wasRestored: Bool, _ report: @escaping StepReporter) async {
        guard mayChange(after: failure) else { return }
        let isKept = failure != nil && !folder.isCheckpointEmpty
        guard isKept || wasRestored else { return }
        do {
            // The task may be cancelled: then most of all there is something to save.
            try await uncancelled {
                try await limited {
                    if isKept { try await save() } else { try await place.store.remove(place.name) }
                }
            }
            if isKept { await report(.note("saved the checkpoint")) }
        } catch {
            await report(.note("the checkpoint was not saved: \(error)"))
        }
    }

    /// Whether the step will run again, or is done; what was cancelled or belongs to another worker is left alone.
    private func mayChange(after failure: (any Error)?) -> Bool {
        switch step.stop.reason {
        case .leaseLost, .cancelRequested: return false
        case .interrupted, .shutdown: return true
        case .stepTimeout, .jobTimeout: return failure == nil || place.mayRunAgain
        case nil:
            switch failure {
            case nil: return true
            case let failure as StepFailure: return failure.isRetryable && place.mayRunAgain
            default: return failure is SnoozeRequest
            }
        }
    }

    private func save() async throws {
        try await tar(["-c", "-f", folder.archive, "-C", folder.checkpoint, "."])
        try await place.store.save(place.name, from: folder.archive)
    }

    private func limited(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let time = processes.time
        let limit = step.stop.hardStop.map { max(.zero, $0 - time.now) + Self.lateTime } ?? Self.saveTime
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await time.sleep(for: limit)
                throw SaveTimeout()
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Runs `tar`, which knows links, times and sparse files, and leaves the folder by no way.
    private func tar(_ arguments: [String]) async throws {
        let output = TarOutput()
        let launch = ProcessLaunch(
            program: "tar", arguments: arguments,
            environment: ["PATH": ProcessVariables.current["PATH"] ?? "/usr/bin:/bin", "LC_ALL": "C"],
            directory: folder.path, allowance: OutputAllowance(each: ByteCount(4_096)), what: "program tar",
            logger: step.logger)
        let end = try await processes.run(launch) { await output.take($0) }
        guard end.status == .exited(0) else { throw TarTrouble(status: end.status, output: await output.text) }
    }
}

/// The first of what `tar` complains of.
private actor TarOutput {
    private var bytes: [UInt8] = []

    func take(_ progress: StepProgress) {
        if case .output(.stderr, let more) = progress { bytes += more.prefix(1_000) }
    }

    var text: String {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").prefix(3).joined(separator: "; ")
    }
}

private struct TarTrouble: Error, CustomStringConvertible {
    let status: ProcessStatus
    let output: String

    var description: String { "tar ended with \(status.text)\(output.isEmpty ? "" : ": \(output)")" }
}

private struct SaveTimeout: Error, CustomStringConvertible {
    var description: String { "it took too long" }
}
