internal import JobCore

/// What a container's end means for its step.
struct ContainerVerdict {
    /// How it ended.
    var end: ContainerEnd
    /// What the step produced.
    var output: StepOutput
    /// The first bytes of its standard error.
    var errorStart: [UInt8]
    /// Its memory limit.
    var memory: ByteCount?
    /// Whether the engine's init ran the command.
    var usesInit: Bool

    /// The output of a step that succeeded.
    ///
    /// - Throws: ``StepFailure`` when it failed.
    func result() throws(StepFailure) -> StepOutput {
        if end.exitCode == 0 { return output }
        let code = "exit code \(end.exitCode)"
        if end.isOutOfMemory {
            let limit = memory.map { "its memory limit of \($0.jobText)" } ?? "the machine's memory"
            throw StepFailure(
                .outOfMemory, "the container was killed because it reached \(limit) (\(code)); allow it more",
                output: output)
        }
        if usesInit, let reason = startComplaint {
            throw StepFailure(
                .invalidStep, "the container's command cannot be started: \(reason); correct the step or the image",
                isRetryable: false, output: output)
        }
        if end.exitCode == 137, let memory {
            throw StepFailure(
                .exitCode, "\(code); if nobody killed it, its memory limit of \(memory.jobText) may be too low",
                output: output)
        }
        throw StepFailure(.exitCode, end.message.isEmpty ? code : "\(code): \(end.message)", output: output)
    }

    /// What the engine's init says when it cannot start the command; with init the engine itself does not notice.
    ///
    /// Docker's is tini, whose exit code is 126 or 127 then; Podman's is catatonit, whose exit code says nothing.
    ///
    /// Source: https://github.com/krallin/tini/blob/v0.19.0/src/tini.c and
    /// https://github.com/openSUSE/catatonit/blob/v0.1.7/catatonit.c
    private var startComplaint: String? {
        let line = String(decoding: errorStart.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        let isTini = line.hasPrefix("[FATAL tini (") && [126, 127].contains(end.exitCode)
        let isCatatonit = line.hasPrefix("ERROR (catatonit:") && line.contains("failed to exec")
        guard isTini || isCatatonit, let bracket = line.firstIndex(of: ")") else { return nil }
        return EngineText.oneLine(String(line[bracket...].drop { ")]: ".contains($0) }))
    }
}
