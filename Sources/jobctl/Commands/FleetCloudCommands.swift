internal import ArgumentParser
internal import JobAWS
internal import JobCore

/// `jobctl fleet plan`.
struct FleetPlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what a fleet would launch now, and at what price; launch nothing.",
        discussion: """
            With a fleet file the plan is for one instance at least, also when no job waits.

            EXAMPLES:
              jobctl fleet plan fleet.yaml
              jobctl fleet plan builds --json
            """)

    @Argument(help: ArgumentHelp("A fleet file, or the name of a stored fleet.", valueName: "file|name"))
    var fleet: String

    @OptionGroup var logging: LoggingOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let logger = logging.logger()
        let now = TimeSource.system.now
        let named = ProcessEnvironment.exists(fleet) || fleet == "-" ? try FleetFile(path: fleet).fleets : nil
        let plans = try await store.location().withStore(.creating, logger: logger) { store in
            let fleets = FleetStore(store)
            var records = (named ?? []).map { FleetRecord(spec: $0, minimumOverride: max(1, $0.minimum)) }
            if named == nil {
                guard let record = try await fleets.fleet(fleet) else { throw FleetChange.unknown(fleet) }
                records = [record]
            }
            let observation = FleetObservation(
                workers: try await store.workers(), counts: try await store.counts(),
                settings: try await store.queueSettings())
            let (instances, launches) = (try await fleets.instances(), try await fleets.launches())
            let settings = FleetController.Settings(owner: try await fleets.installation())
            var plans: [FleetPlan] = []
            for record in records {
                let market = try await CloudAccess.withClient(region: record.spec.region, logger: logger) {
                    try await EC2Cloud($0).market(for: record.spec)
                }
                plans.append(
                    FleetPlan(
                        for: record, market: market, observation: observation, instances: instances, launches: launches,
                        settings: settings, at: now))
            }
            return plans
        }
        if output.json {
            await Console.shared.print(json: ["plans": .array(plans.map(\.json))])
        } else {
            await Console.shared.print(lines: plans.flatMap { FleetLines(style: .standardOutput).lines($0) })
        }
    }
}

/// `jobctl fleet reap`.
struct FleetReapCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reap",
        abstract: "End what EC2 has of this installation that no record knows.",
        discussion: """
            Servers that run fleets do so by themselves every two minutes. Only what bears this installation's tag is \
            looked at. An instance is marked first and ended by a later sweep, at the earliest after five minutes.
            """)

    @Flag(help: "Only tell what would be done.")
    var dryRun = false

    @Option(help: ArgumentHelp("The AWS Region; default that of AWS's own programs.", valueName: "region"))
    var region: String?

    @OptionGroup var logging: LoggingOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let logger = logging.logger()
        let findings = try await store.location().withStore(.existing, logger: logger) { store in
            let fleets = FleetStore(store)
            let settings = FleetController.Settings(owner: try await fleets.installation())
            return try await CloudAccess.withClient(region: region, logger: logger) {
                try await FleetReaper(store: fleets, cloud: EC2Cloud($0), settings: settings).sweep(isDry: dryRun)
            }
        }
        if output.json {
            await Console.shared.print(json: ["findings": .array(findings.map(\.json))])
        } else {
            await Console.shared.print(lines: FleetLines(style: .standardOutput).lines(findings, isDry: dryRun))
        }
        if findings.contains(where: { $0.error != nil }) { throw CommandFailure(.unsuccessful) }
    }
}
