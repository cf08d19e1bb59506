internal import ArgumentParser
internal import JobAWS
internal import JobCore
internal import JobExecutors
internal import JobHTTP
internal import Logging
internal import ServiceLifecycle

/// `jobctl serve`: the HTTP service, with runners of its own.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the HTTP API, and work on what is submitted.",
        discussion: """
            Callers need tokens, which jobctl token makes. What jobs may contain is said with --allow: HTTP requests \
            unless more is named. SIGTERM or ^C: take no more requests, let calls and jobs finish; a second one: ask \
            them to end now, and kill them 10 s later.

            EXAMPLES:
              jobctl serve --no-auth
              jobctl serve --listen 0.0.0.0:8443 --tls-certificate cert.pem --tls-key key.pem --workers 8
              jobctl serve --workers 0 --allow http,container
              jobctl serve --workers 0 --fleet fleet.yaml --fleet-url https://jobs.example.org --allow container
            """)

    @OptionGroup var serving: ServeOptions

    @Option(help: ArgumentHelp("How many jobs run here at a time; 0 only stores them for others.", valueName: "number"))
    var workers = 4

    @Option(help: ArgumentHelp("The named queues that are worked on here, separated by commas.", valueName: "names"))
    var queues = JobSpec.defaultQueue

    @Option(
        help: ArgumentHelp("How long running jobs may go on at shutdown; default 30s.", valueName: "duration"),
        transform: ArgumentReading.duration)
    var drainTimeout: Duration = .seconds(30)

    @OptionGroup(title: "Fleets") var fleets: FleetOptions
    @OptionGroup var callbacks: CallbackOptions
    @OptionGroup var execution: ExecutionOptions
    @OptionGroup var logging: LoggingOptions
    @OptionGroup var store: StoreOptions

    func validate() throws {
        guard (0...1_000).contains(workers) else { throw ValidationError("--workers must lie between 0 and 1000") }
        guard try !ArgumentReading.queues(queues).isEmpty else { throw ValidationError("--queues must name a queue") }
    }

    func run() async throws {
        let address = try serving.address()
        let check = SecurityCheck(
            address: address, asksForTokens: !serving.noAuth, hasTLS: serving.tlsCertificate != nil,
            isInsecureAllowed: serving.insecurePlainHttp)
        if let refusal = check.refusal { throw CommandFailure(.usage, refusal) }
        let fleets = fleets.isUsed ? try FleetServing(options: fleets, ownURL: ownURL(at: address)) : nil
        if fleets != nil, serving.noAuth {
            throw CommandFailure(.usage, "instances need tokens, and --no-auth knows none; leave it out")
        }
        let location = try store.location()
        let secrets = try callbacks.secrets()
        let logger = logging.logger()
        OpenFiles.raiseLimit()
        try await location.withStore(.creating, logger: logger) { store in
            let assembly = ExecutorAssembly(
                options: execution, permissions: permissions, destinations: destinations, callbackSecrets: secrets)
            try await assembly.withExecutors { executors in
                var services: [any Service] = []
                if workers > 0 { services.append(try runner(store, executors, logger)) }
                if !secrets.isEmpty { services.append(callbackRunner(store, executors, logger)) }
                guard let fleets else {
                    services.append(server(store, at: address, nil, logger))
                    return try await run(services, logger)
                }
                try await fleets.withService(store, logger: logger) { service in
                    try await run(services + [service, server(store, at: address, fleets, logger)], logger)
                }
            }
        }
    }

    private func run(_ services: [any Service], _ logger: Logger) async throws {
        try await ServingGroup(services: services, drainTimeout: drainTimeout, logger: logger).run()
    }

    /// Where machines elsewhere reach this server; nil when they do not, or when that cannot be told.
    private func ownURL(at address: ListenAddress) -> String? {
        guard !address.isLoopback, address.port != 0, !["0.0.0.0", "::"].contains(address.host) else { return nil }
        return address.url(port: address.port, isSecure: serving.tlsCertificate != nil) + serving.pathPrefix
    }

    private var permissions: StepPermissions { execution.allow ?? .httpOnly }

    private var destinations: DestinationPolicy {
        serving.publicDestinations ? .publicInternet : DestinationPolicy()
    }

    private func runner(
        _ store: any ServiceStore, _ executors: ExecutorRegistry, _ logger: Logger
    ) throws -> JobRunner {
        JobRunner(
            store: store, executors: executors,
            configuration: JobRunner.Configuration(
                queues: try ArgumentReading.queues(queues), concurrency: workers, drainTimeout: drainTimeout),
            logger: logger)
    }

    /// Callbacks have a runner of their own, so that they do not wait behind jobs.
    private func callbackRunner(
        _ store: any ServiceStore, _ executors: ExecutorRegistry, _ logger: Logger
    ) -> JobRunner {
        JobRunner(
            store: store, executors: executors,
            configuration: JobRunner.Configuration(
                queues: [JobSpec.callbacksQueue], concurrency: 16, drainTimeout: drainTimeout),
            logger: logger)
    }

    private func server(
        _ store: any ServiceStore, at address: ListenAddress, _ fleets: FleetServing?, _ logger: Logger
    ) -> JobServer {
        let destinations = destinations
        let isSecure = serving.tlsCertificate != nil
        let files = serving.tlsCertificate.flatMap { certificate in
            serving.tlsKey.map { JobServer.CertificateFiles(certificate: certificate, key: $0) }
        }
        var configuration = JobService.Configuration(
            access: serving.noAuth ? .none : .tokens,
            hosts: Set(["localhost", "127.0.0.1", "::1", address.host] + serving.allowedHost),
            submission: SubmissionPolicy(
                kinds: permissions.submittable,
                images: serving.allowImage.isEmpty ? nil : serving.allowImage,
                scriptDirectories: serving.allowScripts.isEmpty ? nil : serving.allowScripts,
                allowsMounts: !execution.containerMounts.isEmpty,
                refusal: { destinations.refusal(ofURL: $0) }),
            bodyLimit: serving.maxBody,
            requestsPerSecond: serving.requestsPerSecond == 0 ? nil : serving.requestsPerSecond,
            pathPrefix: serving.pathPrefix, isSecure: isSecure || serving.insecurePlainHttp,
            yaml: { bytes throws(Problem) in try YAMLBody.documents(bytes) }, version: Jobctl.version)
        if let fleets {
            configuration.enrolment = FleetEnrolment(records: store)
            configuration.agents = fleets.agents.paths
        }
        let service = JobService(store: store, configuration: configuration, logger: logger)
        return JobServer(
            service: service,
            configuration: JobServer.Configuration(
                host: address.host, port: address.port, tls: files, maximumConnections: serving.maxConnections)
        ) { port in
            await Console.shared.print(
                "Listening on \(address.url(port: port, isSecure: isSecure))\(serving.pathPrefix)")
        }
    }
}
