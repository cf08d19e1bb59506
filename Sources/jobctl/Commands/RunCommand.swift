internal import ArgumentParser
internal import JobCore
internal import Logging

/// `jobctl run`: submits jobs, works on them here and shows them live.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Submit the jobs of a file, work on them here and show them live.",
        discussion: """
            Only this process works on the jobs: they wait in a queue of their own, which jobctl list shows as run-... \
            ^C cancels them; a second ^C leaves at once. SIGTERM gives them back. A run that was killed goes on at its \
            first unfinished step with --resume, as soon as its lease has expired.

            What steps print to standard output is printed there, and all else on standard error, as [job/step] text. \
            With --json standard output has only the finished jobs.

            EXAMPLES:
              jobctl run hello.yaml
              jobctl run batch.yaml --concurrency 4 --json > result.json
              jobctl run --resume
            """)

    @Argument(help: "A job file in YAML or JSON, - for standard input; with --resume a job's id.", completion: .file())
    var file: String?

    @Flag(help: "Go on with the run of the given job, or with the latest unfinished run.")
    var resume = false

    @Option(help: ArgumentHelp("How many jobs of a batch run at a time.", valueName: "number"))
    var concurrency = 4

    @Option(
        help: ArgumentHelp("How long a killed run keeps its jobs; default 5s.", valueName: "duration"),
        transform: ArgumentReading.duration)
    var lease: Duration = .seconds(5)

    @OptionGroup var execution: ExecutionOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard resume || file != nil else { throw ValidationError("name a job file, or - for standard input") }
        guard (1...1_000).contains(concurrency) else {
            throw ValidationError("--concurrency must lie between 1 and 1000")
        }
        guard lease >= .seconds(1) else { throw ValidationError("--lease must be at least 1s") }
    }

    func run() async throws {
        let location = try store.location()
        if resume {
            let id = try file.map { try ArgumentReading.job($0) }
            try await location.withStore(.existing) { store in
                let jobs = try await RunQueue.jobs(resuming: id, in: store)
                for job in jobs {
                    guard let lease = job.lease, lease.expiresAt > TimeSource.system.now else { continue }
                    await Console.shared.note(
                        "jobctl: job \(job.id) is held by \(lease.worker) until \(lease.expiresAt.shortText); waiting")
                }
                try await work(on: jobs, asBatch: jobs.count > 1, in: store)
            }
        } else {
            let file = try JobFile(path: file ?? "-")
            try refuseForbidden(file.jobs)
            try await location.withStore(.creating) { store in
                let new = RunQueue.claim(file.jobs).map { NewJob($0) }
                let stored = try await store.enqueue(new)
                var isRefused = false
                for (job, wanted) in zip(stored, new) where job.id != wanted.id {
                    isRefused = true
                    await Console.shared.note(
                        "jobctl: the unique key of \(wanted.spec.name) is held by job \(job.id); it is not run")
                }
                let jobs = zip(stored, new).filter { $0.id == $1.id }.map(\.0)
                if !jobs.isEmpty { try await work(on: jobs, asBatch: file.isBatch, in: store) }
                if isRefused { throw CommandFailure(.unsuccessful) }
            }
        }
    }

    /// Says what `--allow` leaves out before anything is stored.
    private func refuseForbidden(_ jobs: [JobSpec]) throws(CommandFailure) {
        guard let allowed = execution.allow else { return }
        for job in jobs {
            for step in job.steps {
                guard let needed = StepPermissions.permission(for: step.action), !allowed.allows(needed) else {
                    continue
                }
                throw CommandFailure(
                    .notPermitted,
                    "the step \(step.name) of \(job.name) is of kind \(needed.rawValue), which --allow does not name")
            }
        }
    }

    private func work(on jobs: [Job], asBatch: Bool, in store: any ServiceStore) async throws {
        let queues = Set(jobs.map(\.spec.queue))
        let kinds = Set(jobs.flatMap { $0.spec.steps.map(\.action.kind) })
        let configuration = JobRunner.Configuration(
            queues: queues.sorted(), concurrency: min(concurrency, jobs.count), lease: lease,
            drainTimeout: .seconds(2), stopsWhenEmpty: true)
        try await ExecutorAssembly(options: execution, killGrace: .seconds(3)).withExecutors(for: kinds) { executors in
            let runner = JobRunner(
                store: store, executors: executors, configuration: configuration,
                logger: Logger(label: "jobctl.run") { _ in TroubleLogHandler() })
            let end = try await LiveRun(store: store, jobs: jobs, runner: runner, isQuiet: output.json).work()
            var finished: [Job] = []
            for job in jobs { if let job = try await store.job(job.id) { finished.append(job) } }
            if output.json { await Console.shared.print(jobs: finished, asBatch: asBatch, at: TimeSource.system.now) }
            if end != .worked { throw CommandFailure(.interrupted) }
            if !finished.allSatisfy(\.hasSucceeded) { throw CommandFailure(.unsuccessful) }
        }
    }
}
