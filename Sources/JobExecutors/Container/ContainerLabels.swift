internal import JobCore

/// The labels by which the containers of a step are found again.
///
/// `org.jobkit.job`, `.step` and `.attempt` identify; `.job-name`, `.step-name` and `.queue` are for people.
enum ContainerLabels {
    /// The labels of one attempt.
    static func all(_ step: StepInvocation) -> [String: String] {
        var labels = self.step(step)
        labels["org.jobkit.attempt"] = step.attempt.description
        labels["org.jobkit.job-name"] = step.jobName
        labels["org.jobkit.step-name"] = step.step.name
        labels["org.jobkit.queue"] = step.queue
        return labels
    }

    /// The labels that all attempts at one step share.
    static func step(_ step: StepInvocation) -> [String: String] {
        ["org.jobkit.job": step.jobID.description, "org.jobkit.step": step.index.description]
    }

    /// A name that no other container has, not even one of the same attempt.
    static func name(_ step: StepInvocation, random: RandomSource) -> String {
        let suffix = String(random.next() & 0xFFFF_FFFF, radix: 16)
        return "jobkit-\(step.jobID)-\(step.index)-\(step.attempt)-\(suffix)"
    }
}
