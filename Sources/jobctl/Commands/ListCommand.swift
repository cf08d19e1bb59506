internal import ArgumentParser
internal import JobCore

/// `jobctl list`: shows what is stored.
struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List jobs, newest first.",
        discussion: """
            With --json: {"jobs": [...], "next": ID or null}; pass next to --after for the following page.

            EXAMPLES:
              jobctl list --status running,retrying
              jobctl list --queue reports --tag team=data --limit 10 --json
            """)

    @Option(name: .shortAndLong, help: ArgumentHelp("The most jobs to show, 1 to 1000.", valueName: "number"))
    var limit = 50

    @Option(
        help: ArgumentHelp(
            "Only jobs in these statuses, separated by commas: \(JobStatus.allNames).", valueName: "statuses"))
    var status: [String] = []

    @Option(help: ArgumentHelp("Only jobs of these named queues, separated by commas.", valueName: "names"))
    var queue: [String] = []

    @Option(help: ArgumentHelp("Only jobs of exactly this name.", valueName: "name"))
    var name: String?

    @Option(
        name: .customLong("tag"),
        help: ArgumentHelp("Only jobs with this tag; may be repeated.", valueName: "key=value"),
        transform: ArgumentReading.pair)
    var tags: [KeyValue] = []

    @Option(help: ArgumentHelp("Only jobs after this one of an earlier listing.", valueName: "id"))
    var after: String?

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...1_000).contains(limit) else { throw ValidationError("--limit must lie between 1 and 1000") }
        for name in status.flatMap(ArgumentReading.names) where JobStatus(rawValue: name) == nil {
            throw ValidationError("'\(name)' is no status; there are \(JobStatus.allNames)")
        }
        if let after, JobID(after) == nil { throw ValidationError("--after takes the id of a job, not '\(after)'") }
    }

    func run() async throws {
        let filter = JobFilter(
            statuses: Set(status.flatMap(ArgumentReading.names).compactMap(JobStatus.init)),
            queues: Set(try queue.flatMap(ArgumentReading.queues)), name: name, tags: tags.dictionary)
        let page = try await store.location().withStore(.existing) { store in
            try await store.page(filter, after: after.flatMap { JobID($0) }, limit: limit)
        }
        let now = TimeSource.system.now
        if output.json {
            let next = page.next.map { JSONValue.string($0.description) } ?? .null
            await Console.shared.print(json: ["jobs": .array(page.jobs.map { $0.json(at: now) }), "next": next])
            return
        }
        await Console.shared.print(lines: JobTable(jobs: page.jobs, now: now, style: .standardOutput).lines)
        if let next = page.next { await Console.shared.note("There are more: --after \(next)") }
    }
}

extension JobStatus {
    /// All statuses as a help text names them.
    fileprivate static var allNames: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
