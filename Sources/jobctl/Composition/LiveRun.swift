internal import JobCore
internal import UnixSignals

/// Works on the jobs of one run here, and shows them live.
struct LiveRun {
    let store: any JobStore
    let jobs: [Job]
    let runner: JobRunner
    /// Whether all that is shown goes to standard error.
    let isQuiet: Bool

    /// How the run came to its end.
    enum End {
        case worked
        /// ^C: the jobs were cancelled.
        case cancelled
        /// SIGTERM: the jobs were given back and can be resumed.
        case givenBack
    }

    /// Works until all jobs have finished or somebody stops it.
    ///
    /// - Throws: `QueueError`.
    func work() async throws -> End {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        return try await withThrowingTaskGroup(of: Part.self) { group in
            group.addTask {
                try await show()
                return .shown
            }
            group.addTask {
                try await runner.run()
                return .worked
            }
            group.addTask { .stopped(try await watch(signals)) }
            defer { group.cancelAll() }
            var end = End.worked
            var open: Set<Part.Kind> = [.work, .view]
            while !open.isEmpty, let part = try await group.next() {
                switch part {
                case .worked:
                    open.remove(.work)
                    // What was given back has no end to wait for.
                    if end == .givenBack { open.remove(.view) }
                case .shown: open.remove(.view)
                case .stopped(let stopped?):
                    end = stopped
                    if stopped == .cancelled { group.addTask { .stopped(try await watch(signals, isSecond: true)) } }
                    if stopped == .givenBack, !open.contains(.work) { open.remove(.view) }
                case .stopped(nil): break
                }
            }
            return end
        }
    }

    private enum Part: Sendable {
        enum Kind { case work, view }

        case worked
        case shown
        case stopped(End?)
    }

    private func show() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for job in jobs {
                group.addTask {
                    var narration = JobNarration(store: store, job: job, isQuiet: isQuiet)
                    try await narration.run()
                }
            }
        }
    }

    /// Waits for a signal and does what it asks for; nil when the signals have ended.
    private func watch(_ signals: UnixSignalsSequence, isSecond: Bool = false) async throws -> End? {
        for await signal in signals {
            if isSecond { ProcessEnvironment.exit(.interrupted) }
            if signal == .sigterm {
                await Console.shared.note("jobctl: stopping; go on later with: jobctl run --resume")
                runner.drain()
                return .givenBack
            }
            await Console.shared.note("jobctl: cancelling; press ^C again to leave at once")
            // Those that have finished meanwhile refuse, which is as good.
            _ = try await store.apply(jobs.map { JobEvent(.cancel(reason: "interrupted"), of: $0.id) })
            return .cancelled
        }
        return nil
    }
}
