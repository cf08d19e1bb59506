internal import JobAWS
internal import JobCore
internal import Logging

/// Tells a runner what EC2 tells its instance.
struct NoticeWatch: Sendable {
    let monitor: InterruptionMonitor
    let runner: JobRunner
    let logger: Logger

    /// How long before the end of the instance everything must have ended: checkpoints and output are stored then.
    private static let margin = Duration.seconds(20)

    /// Watches until the task is cancelled.
    ///
    /// - Returns: whether the instance is taken away.
    func run() async -> Bool {
        for await notice in monitor.notices() {
            switch notice {
            case .interruption(let action, let time):
                logger.warning(
                    "EC2 takes this instance away", metadata: ["action": "\(action.rawValue)", "at": "\(time)"])
                runner.interrupt(
                    WorkerNotice(.interruption, at: time, message: "EC2 will \(action.rawValue) the instance"),
                    hardStop: time - Self.margin)
                return true
            case .rebalance(let time):
                tell(WorkerNotice(.rebalance, at: time, message: "EC2 recommends to move the work elsewhere"))
            case .maintenance(let event, let time):
                tell(WorkerNotice(.maintenance, at: time, message: "EC2 plans \(event)"))
            case .lifecycle(let state):
                if state == "Terminated" {
                    tell(WorkerNotice(.maintenance, message: "the auto-scaling group wants the instance terminated"))
                }
            case .blind(let since, let reason):
                tell(
                    WorkerNotice(.blind, at: since, message: String("notices cannot be read: \(reason)".prefix(1_000))))
            case .sighted: runner.notify(nil)
            }
        }
        return false
    }

    private func tell(_ notice: WorkerNotice) {
        logger.warning("Notice", metadata: ["kind": "\(notice.kind.rawValue)", "text": "\(notice.message)"])
        runner.notify(notice)
    }
}
