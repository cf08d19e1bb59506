internal import ArgumentParser
internal import JobCore
internal import Logging

/// `jobctl worker`: works on stored jobs.
struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Work on stored jobs until told to stop.",
        discussion: """
            Any number of workers may share a store. SIGTERM or ^C: take no more jobs, let running ones finish for the \
            drain time, then stop them and give them back; a second one: ask them to end now, and kill them 10 s \
            later. An order to drain from elsewhere lets running jobs finish and ends the worker.

            On an EC2 instance, --ec2 heeds the notice that comes before it is taken away: the worker takes no more \
            jobs, asks running steps to end and keeps their checkpoints, and gives the jobs back, which costs no \
            attempt; it then ends with exit code 75.

            With secrets for callbacks the worker serves the queue \(JobSpec.callbacksQueue) as well.

            EXAMPLES:
              jobctl worker --queues default,reports --concurrency 8
              jobctl worker --until-empty --allow http
              jobctl worker --store https://jobs.example.org --enrolment-file token --ec2 --lost-exit 10m
            """)

    @Option(help: ArgumentHelp("The named queues to serve, separated by commas.", valueName: "names"))
    var queues = JobSpec.defaultQueue

    @Option(help: ArgumentHelp("How many jobs run at a time.", valueName: "number"))
    var concurrency = 4

    @Option(
        help: ArgumentHelp(
            "After this time without a sign of life others take its jobs over; default 30s.", valueName: "duration"),
        transform: ArgumentReading.duration)
    var lease: Duration = .seconds(30)

    @Option(
        help: ArgumentHelp("How long running jobs may go on at shutdown; default 30s.", valueName: "duration"),
        transform: ArgumentReading.duration)
    var drainTimeout: Duration = .seconds(30)

    @Option(
        help: ArgumentHelp(
            "The worker's name, which no other may have at the same time; default one of its own.",
            valueName: "name"))
    var name: String?

    @Flag(help: "End when nothing waits or runs in the queues.")
    var untilEmpty = false

    @OptionGroup(title: "On a machine of a fleet") var agent: AgentOptions
    @OptionGroup var execution: ExecutionOptions
    @OptionGroup var callbacks: CallbackOptions
    @OptionGroup var logging: LoggingOptions
    @OptionGroup var store: StoreOptions

    func validate() throws {
        let names = try ArgumentReading.queues(queues)
        guard !names.isEmpty else { throw ValidationError("--queues must name at least one queue") }
        guard (1...1_000).contains(concurrency) else {
            throw ValidationError("--concurrency must lie between 1 and 1000")
        }
        if let name, !(1...200).contains(name.count) {
            throw ValidationError("--name must have 1 to 200 characters")
        }
        guard lease >= .seconds(1) else { throw ValidationError("--lease must be at least 1s") }
    }

    func run() async throws {
        let location = try store.location()
        let logger = logging.logger()
        let secrets = try callbacks.secrets()
        let named = try ArgumentReading.queues(queues)
        let sends = !secrets.isEmpty && !named.contains(JobSpec.callbacksQueue)
        var configuration = JobRunner.Configuration(
            worker: name ?? JobRunner.Configuration.uniqueWorkerName(),
            queues: sends ? named + [JobSpec.callbacksQueue] : named, concurrency: concurrency, lease: lease,
            drainTimeout: drainTimeout, pollInterval: location.pollInterval, stopsWhenEmpty: untilEmpty)
        configuration.version = Jobctl.configuration.version
        configuration.idleTimeout = agent.idleExit
        configuration.lostTimeout = agent.lostExit
        configuration.maxJobs = agent.maxJobs
        let assembly = ExecutorAssembly(options: execution, callbackSecrets: secrets)
        try await Machine.with(agent) { [configuration] machine in
            let (location, configuration) = try await machine.admitted(
                to: location, as: configuration, logger: logger)
            try await location.withStore(.creating, logger: logger) { store in
                try await machine.withCheckpoints(beside: store, logger: logger) { checkpoints in
                    try await assembly.withExecutors { executors in
                        let runner = JobRunner(
                            store: store, executors: executors, configuration: configuration, checkpoints: checkpoints,
                            logger: logger)
                        logger.info(
                            "Worker started",
                            metadata: [
                                JobLogKeys.workerID: "\(configuration.worker)",
                                JobLogKeys.queueName:
                                    "\(configuration.slots.map(\.queue).joined(separator: ","))",
                                "store": "\(location.text)",
                                "kinds": "\(executors.kinds.sorted().joined(separator: ","))",
                            ])
                        let isTaken = try await machine.run(runner, logger: logger)
                        logger.info("Worker ended", metadata: [JobLogKeys.workerID: "\(configuration.worker)"])
                        if isTaken { throw CommandFailure(.timeout, "EC2 takes this instance away") }
                    }
                }
            }
        }
    }
}
