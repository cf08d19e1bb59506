internal import JobAWS
internal import JobCore
internal import JobExecutors
internal import JobTransport
internal import Logging

/// The machine of a worker, as far as the worker is to know of it.
struct Machine {
    private let options: AgentOptions
    /// What EC2 tells this instance; nil when nobody asks.
    private let metadata: MetadataClient?

    /// Calls `body` with the machine that options describe, and frees what it holds afterwards.
    ///
    /// - Throws: ``CommandFailure`` when the HTTP library cannot be used; whatever `body` throws.
    static func with(_ options: AgentOptions, _ body: (Machine) async throws -> Void) async throws {
        guard options.ec2 else { return try await body(Machine(options: options, metadata: nil)) }
        let transport: CurlTransport
        do throws(TransportError) { transport = try CurlTransport() } catch {
            throw CommandFailure(.unavailable, "the instance's metadata cannot be reached from here: \(error)")
        }
        let result: Result<Void, any Error>
        do {
            result = .success(
                try await body(Machine(options: options, metadata: MetadataClient(transport: transport))))
        } catch { result = .failure(error) }
        await transport.shutdown()
        try result.get()
    }

    /// The store and the worker that it is to be: those of the options, or what the server grants.
    ///
    /// - Throws: ``CommandFailure``; `QueueError`; `MetadataTrouble`.
    func admitted(
        to location: StoreLocation, as configuration: JobRunner.Configuration, logger: Logger
    ) async throws -> (StoreLocation, JobRunner.Configuration) {
        guard let file = options.enrolmentFile else { return (location, configuration) }
        guard case .server(let url, let access) = location else {
            throw CommandFailure(.usage, "--enrolment-file needs a server: --store https://HOST")
        }
        let (grant, own) = try await Enroller(url: url, access: access, logger: logger).enrol(
            instance: try await name(), tokenFile: file)
        var granted = JobRunner.Configuration(
            worker: grant.worker, queues: grant.queues, concurrency: grant.slots, lease: configuration.lease,
            drainTimeout: configuration.drainTimeout, pollInterval: configuration.pollInterval)
        granted.version = configuration.version
        granted.idleTimeout = configuration.idleTimeout ?? grant.idleTimeout
        granted.lostTimeout = configuration.lostTimeout
        granted.maxJobs = configuration.maxJobs ?? (grant.isSingleUse ? 1 : nil)
        return (.server(url: url, access: own), granted)
    }

    private func name() async throws -> String {
        if let instance = options.instance { return instance }
        guard let metadata else { throw CommandFailure(.usage, "--enrolment-file needs --ec2 or --instance") }
        do { return try await metadata.instanceID() } catch let trouble as MetadataTrouble {
            throw CommandFailure(.unavailable, "this is no EC2 instance, or it hides its metadata: \(trouble)")
        }
    }

    /// Calls `body` with the place where steps keep checkpoints.
    ///
    /// - Throws: ``CommandFailure``; whatever `body` throws.
    func withCheckpoints(
        beside store: any ServiceStore, logger: Logger, _ body: (any CheckpointStore) async throws -> Void
    ) async throws {
        guard let place = options.checkpoints else { return try await body(ArtifactCheckpoints(store)) }
        try await CloudAccess.withClient(region: nil, logger: logger) { client in
            try await body(
                S3Checkpoints(S3Client(client, bucket: place.bucket), prefix: place.prefix, pointers: store))
        }
    }

    /// Runs a runner until it ends, signals stop it, or the machine is taken away.
    ///
    /// - Returns: whether the machine is taken away.
    /// - Throws: `QueueError`.
    func run(_ runner: JobRunner, logger: Logger) async throws -> Bool {
        let service = DrainingService(runner: runner, logger: logger)
        guard let metadata else {
            try await service.run()
            return false
        }
        let watch = NoticeWatch(monitor: InterruptionMonitor(metadata), runner: runner, logger: logger)
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await service.run()
                return false
            }
            group.addTask { await watch.run() }
            var isTaken = false
            // The watch ends first when the machine is taken away; the runner then ends by itself.
            while let result = try await group.next() {
                if !result { break }
                isTaken = true
            }
            group.cancelAll()
            return isTaken
        }
    }
}
