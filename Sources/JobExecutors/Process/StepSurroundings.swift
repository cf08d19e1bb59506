internal import JobCore

/// What the processes of a step are started with.
struct StepSurroundings: Sendable {
    /// Their environment.
    var environment: [String: String]
    /// How they are told of the step's end.
    var stop = ProcessStop()
}

/// How a process is asked to end when the step's task is cancelled.
struct ProcessStop: Sendable {
    /// Why and until when.
    var order = StepStop.never
    /// Where the process finds that time; nil for nowhere.
    var folder: StepFolder?

    /// How long the process may take to end; tells it first when its machine is taken away.
    ///
    /// Blocks for a moment.
    ///
    /// - Parameters:
    ///   - usual: the grace without a hard stop.
    ///   - now: the time.
    func grace(usual: Duration, at now: Timestamp) -> Duration {
        guard let hardStop = order.hardStop else { return usual }
        // A process that is not told still gets its signal.
        try? folder?.tell(deadline: hardStop)
        return max(.zero, hardStop - now)
    }
}
