internal import JobAWS
internal import JobCore
internal import Logging

/// The fleets that a server runs: what its options say, checked before anything is opened.
struct FleetServing {
    /// The programs that instances get.
    let agents: AgentFiles
    private let fleets: [FleetSpecification]
    private let owner: String?
    private let url: String?
    private let region: String?

    /// Reads the fleet files and the agents.
    ///
    /// - Parameter ownURL: where others reach this server; nil when it listens where they cannot.
    /// - Throws: ``FileRefused``; ``CommandFailure``.
    init(options: FleetOptions, ownURL: String?) throws {
        fleets = try options.fleet.flatMap { try FleetFile(path: $0).fleets }
        agents = try AgentFiles(options: options.agent)
        owner = options.fleetOwner
        url = options.fleetUrl ?? ownURL
        if url == nil, let fleet = fleets.first(where: { $0.server == nil }) {
            throw CommandFailure(
                .usage,
                "the fleet \(fleet.name) does not say where its instances reach this server: give --fleet-url, or "
                    + "server in its file")
        }
        for fleet in fleets where fleet.agent == .server {
            for architecture in fleet.images.keys.sorted(by: { $0.rawValue < $1.rawValue })
            where agents.paths[architecture.platform] == nil {
                throw CommandFailure(
                    .usage,
                    "the fleet \(fleet.name) may launch \(architecture.rawValue) instances, for which there is no agent: "
                        + "give --agent \(architecture.platform)=FILE, or name only the other architecture under images"
                )
            }
        }
        let regions = Set(fleets.compactMap(\.region))
        guard regions.count <= 1 else {
            throw CommandFailure(
                .usage,
                "a server runs fleets of one AWS Region, and the files name "
                    + regions.sorted().joined(separator: " and "))
        }
        region = regions.first
    }

    /// Stores the fleets and calls `body` with the service that runs them.
    ///
    /// - Throws: ``CommandFailure``; `InvalidFleet`; `QueueError`; whatever `body` throws.
    func withService(
        _ store: any ServiceStore, logger: Logger, _ body: (FleetService) async throws -> Void
    ) async throws {
        try await CloudAccess.withClient(region: region, logger: logger) { client in
            let records = FleetStore(store)
            for fleet in fleets {
                let isNew = try await records.apply(fleet)
                logger.info("Fleet \(isNew ? "stored" : "updated")", metadata: ["fleet": "\(fleet.name)"])
            }
            var configuration = FleetService.Configuration(
                owner: try await records.installation(owner), server: url,
                holder: JobRunner.Configuration.uniqueWorkerName())
            configuration.agents = agents.digests
            configuration.region = client.region.name
            try await body(
                FleetService(store: store, cloud: EC2Cloud(client), configuration: configuration, logger: logger))
        }
    }
}
