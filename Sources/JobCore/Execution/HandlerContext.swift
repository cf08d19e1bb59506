public import Logging

/// What a handler knows of its job, and how it tells how far it is.
public struct HandlerContext: Sendable {
    /// The attempt that the handler is called for.
    public let invocation: StepInvocation
    private let report: StepReporter

    init(invocation: StepInvocation, report: @escaping StepReporter) {
        self.invocation = invocation
        self.report = report
    }

    /// The job's identity.
    public var jobID: JobID { invocation.jobID }

    /// The number of this attempt at the step, from 1.
    public var attempt: Int { invocation.attempt }

    /// The same for all attempts at the step, for receivers that know repeated requests by it.
    public var idempotencyKey: String { invocation.idempotencyKey }

    /// A logger that bears the job's and step's keys; what it logs goes to the program's log, not to the job's.
    public var logger: Logger { invocation.logger }

    /// The output of a finished step of the same job; nil when there is no such step.
    public func output(of step: String) -> StepOutput? { invocation.outputs[step] }

    /// Writes a line to the job's log; suspends while the store is behind.
    public func log(_ line: String) async {
        await report(.output(.stdout, Array("\(line)\n".utf8)))
    }

    /// Tells how far the job is.
    ///
    /// - Parameters:
    ///   - fraction: 0 to 1; nil when the amount of work is unknown.
    ///   - message: one short line for people.
    public func progress(_ fraction: Double?, _ message: String? = nil) async {
        await report(.progress(JobProgress(fraction: fraction, message: message)))
    }

    /// Keeps a file as an artifact of the job, in place of one of the same name; suspends while the store is behind.
    ///
    /// What is not kept, such as a file that is larger than the store allows, is told in the job's log.
    public func artifact(
        _ name: String, contentType: String = "application/octet-stream", _ bytes: [UInt8]
    ) async {
        await report(.artifact(name: name, contentType: contentType, bytes))
    }

    /// An error to throw in order to be called again later, without the attempt being counted.
    public func snooze(for duration: Duration) -> SnoozeRequest { SnoozeRequest(for: duration) }
}
