internal import ArgumentParser
internal import JobCore
internal import JobHTTP

/// `jobctl workers`: who works on the jobs of a store.
struct WorkersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workers",
        abstract: "List the workers of a store, and order them to drain.",
        subcommands: [WorkersListCommand.self, WorkersDrainCommand.self], defaultSubcommand: WorkersListCommand.self)
}

/// `jobctl workers list`.
struct WorkersListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the workers that reported during the last day.")

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let workers = try await store.location().withStore(.existing) { try await $0.workers() }
        if output.json { return await Console.shared.print(json: ["workers": .array(workers.map(\.json))]) }
        var rows = [["WORKER", "QUEUES", "JOBS", "SLOTS", "LAST SEEN", "STATUS"]]
        for worker in workers {
            let report = worker.report
            let status = report.notice?.message ?? (worker.isDraining ? "draining" : "working")
            rows.append([
                report.name, report.queues.joined(separator: ","), String(worker.jobs.count), String(report.slots),
                worker.lastSeen.shortText, status,
            ])
        }
        await Console.shared.print(lines: TextTable(rows: rows, style: .standardOutput).lines)
    }
}

/// `jobctl workers drain`.
struct WorkersDrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Order a worker to take no more jobs, to finish what it runs, and to end.",
        discussion: """
            It hears of it within 20 seconds. The workers inside jobctl serve end as well; only a restart of the server \
            brings them back.

            EXAMPLES:
              jobctl workers drain host:4711:abc
            """)

    @Argument(help: "The worker's name, as workers list shows it.")
    var name: String

    @OptionGroup var store: StoreOptions

    func run() async throws {
        guard try await store.location().withStore(.existing, { try await $0.drain(worker: name) }) else {
            throw CommandFailure(.unsuccessful, "there is no worker \(name.debugDescription)")
        }
        await Console.shared.print("draining \(name)")
    }
}
