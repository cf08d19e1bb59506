internal import ArgumentParser
internal import JobAWS
internal import JobCore

/// `jobctl fleet list`.
struct FleetListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the fleets with their instances and what they cost.")

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let reports = try await store.location().withStore(.existing) {
            try await FleetReport.all(from: FleetStore($0), at: TimeSource.system.now)
        }
        if output.json {
            await Console.shared.print(json: ["fleets": .array(reports.map(\.json))])
        } else {
            await Console.shared.print(lines: FleetLines(style: .standardOutput).table(reports))
        }
    }
}

/// `jobctl fleet show`.
struct FleetShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a fleet with its instances, their costs, and what launches lacked.")

    @Argument(help: ArgumentHelp("The fleet.", valueName: "name"))
    var name: String

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let report = try await store.location().withStore(.existing) {
            try await FleetReport.read(name, from: FleetStore($0), at: TimeSource.system.now)
        }
        guard let report else { throw FleetChange.unknown(name) }
        if output.json {
            await Console.shared.print(json: report.json)
        } else {
            await Console.shared.print(lines: FleetLines(style: .standardOutput).lines(report))
        }
    }
}

/// `jobctl fleet cost`.
struct FleetCostCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cost",
        abstract: "Estimate what fleets have cost, and what on-demand instances would have.",
        discussion: """
            Machine time only, by the history of spot prices; what EC2 takes back in its first hour is free. \
            Instances are remembered for 30 days after their end. jobctl show tells what a job has cost.
            """)

    @Argument(help: ArgumentHelp("The fleet; default all.", valueName: "name"))
    var name: String?

    @Option(
        help: ArgumentHelp("Only the time since so long ago, such as 24h; default 30 days.", valueName: "duration"),
        transform: ArgumentReading.duration)
    var since: Duration?

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let now = TimeSource.system.now
        let reports = try await store.location().withStore(.existing) { store in
            let fleets = FleetStore(store)
            guard let name else { return try await FleetReport.all(from: fleets, at: now) }
            guard let report = try await FleetReport.read(name, from: fleets, at: now) else {
                throw FleetChange.unknown(name)
            }
            return [report]
        }
        let start = since.map { now - $0 }
        let costs = reports.map { ($0.record.spec.name, $0.cost(since: start)) }
        let total = costs.reduce(FleetCost()) { $0 + $1.1 }
        if output.json {
            await Console.shared.print(json: [
                "fleets": .array(costs.map { ["fleet": .string($0), "cost": $1.json] }), "total": total.json,
            ])
            return
        }
        var rows = [["NAME", "COST"]]
        for (name, cost) in costs { rows.append([name, cost.text]) }
        if costs.count > 1 { rows.append(["all", total.text]) }
        await Console.shared.print(lines: TextTable(rows: rows, style: .standardOutput).lines)
    }
}
