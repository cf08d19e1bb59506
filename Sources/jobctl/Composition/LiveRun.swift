internal import JobCore
internal import Synchronization
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

    private let stopped = Stopped()

    init(store: any JobStore, jobs: [Job], runner: JobRunner, isQuiet: Bool) {
        self.store = store
        self.jobs = jobs
        self.runner = runner
        self.isQuiet = isQuiet
    }

    /// Works until all jobs have finished or somebody stops it.
    ///
    /// - Throws: `QueueError`.
    func work() async throws -> End {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        return try await withThrowingTaskGroup(of: Part.self) { group in
            group.addTask {
                try await show()
                return .view
            }
            group.addTask {
                try await runner.run()
                return .work
            }
            group.addTask {
                try await watch(signals)
                return .signals
            }
            defer { group.cancelAll() }
            var open: Set<Part> = [.work, .view]
            while !open.isEmpty, let part = try await group.next() {
                open.remove(part)
                // What was given back has no end to wait for.
                if part == .work, stopped.end == .givenBack { open.remove(.view) }
            }
            return stopped.end
        }
    }

    private enum Part: Sendable {
        case work, view, signals
    }

    /// How the run is being stopped, if it is.
    private final class Stopped: Sendable {
        private let state = Mutex(End.worked)

        var end: End { state.withLock { $0 } }

        /// Notes the first stop; false for a later one.
        func begin(_ end: End) -> Bool {
            state.withLock { state in
                guard state == .worked else { return false }
                state = end
                return true
            }
        }
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

    /// Does what signals ask for until they end; a second one ends the process.
    private func watch(_ signals: UnixSignalsSequence) async throws {
        for await signal in signals {
            guard stopped.begin(signal == .sigterm ? .givenBack : .cancelled) else {
                ProcessEnvironment.exit(.interrupted)
            }
            if signal == .sigterm {
                await Console.shared.note("jobctl: stopping; go on later with: jobctl run --resume")
                runner.drain()
            } else {
                await Console.shared.note("jobctl: cancelling; press ^C again to leave at once")
                // Those that have finished meanwhile refuse, which is as good.
                _ = try await store.apply(jobs.map { JobEvent(.cancel(reason: "interrupted"), of: $0.id) })
            }
        }
    }
}
