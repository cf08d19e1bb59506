internal import JobCore

extension StepInvocation {
    /// The environment of a child process of this step.
    ///
    /// Later ones win: what is inherited, the variables that name the job, trace headers, the step's, the action's.
    ///
    /// - Parameters:
    ///   - inherited: what the program passes on of its own.
    ///   - outputsFile: the file with the finished steps' outputs, if there is one.
    ///   - artifacts: the folder for files that are to be kept, if there is one.
    ///   - deadline: the file that tells when the step must have ended, if there may be one.
    ///   - checkpoint: the folder for what the step wants to find again, if there is one.
    ///   - own: the action's own variables.
    func childEnvironment(
        inherited: InheritedEnvironment, outputsFile: String? = nil, artifacts: String? = nil,
        deadline: String? = nil, checkpoint: String? = nil, own: [String: String] = [:]
    ) -> [String: String] {
        var variables = inherited.variables
        // Twelve of ours; growing step by step would cost as much as the rest.
        variables.reserveCapacity(
            variables.count + 12 + metadata.count + traceContext.count + step.environment.count + own.count)
        // In the order of their keys, so that two keys that become one name always give the same value.
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            variables["JOB_METADATA_\(Self.variableName(key))"] = value
        }
        variables["JOB_ID"] = jobID.description
        variables["JOB_NAME"] = jobName
        variables["JOB_QUEUE"] = queue
        variables["JOB_STEP"] = step.name
        variables["JOB_STEP_INDEX"] = index.description
        variables["JOB_ATTEMPT"] = attempt.description
        variables["JOB_ATTEMPT_ID"] = attemptID
        variables["JOB_IDEMPOTENCY_KEY"] = idempotencyKey
        if let outputsFile { variables["JOB_OUTPUTS"] = outputsFile }
        if let artifacts { variables["JOB_ARTIFACTS"] = artifacts }
        if let deadline { variables["JOB_DEADLINE"] = deadline }
        if let checkpoint { variables["JOB_CHECKPOINT"] = checkpoint }
        for (key, value) in traceContext {
            let name = Self.variableName(key)
            // A header's name must not replace a variable such as PATH.
            if variables[name] == nil { variables[name] = value }
        }
        variables.merge(step.environment) { $1 }
        variables.merge(own) { $1 }
        return variables
    }

    /// Upper case, with `_` for everything but ASCII letters and digits.
    static func variableName(_ key: String) -> String {
        let bytes = key.uppercased().utf8.map { byte in
            (65...90).contains(byte) || (48...57).contains(byte) ? byte : UInt8(ascii: "_")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
