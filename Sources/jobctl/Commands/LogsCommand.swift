internal import ArgumentParser
internal import JobCore

/// `jobctl logs`: shows what a job printed.
struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Print what the steps of a job printed.",
        discussion: """
            Both streams of the steps and the notes of the runner, in the order in which they were stored, as bytes. With \
            --json each piece is one line: {"time", "step", "attempt", "stream", "text"}.

            EXAMPLES:
              jobctl logs -f ID
              jobctl logs ID --step build --json | jq -r .text
            """)

    @Argument(help: "The id of a job.")
    var id: String

    @Flag(name: .shortAndLong, help: "Go on until the job has finished.")
    var follow = false

    @Option(help: ArgumentHelp("Start this many bytes after the beginning of the log.", valueName: "bytes"))
    var offset: Int64 = 0

    @Option(help: ArgumentHelp("Only what this step printed.", valueName: "name"))
    var step: String?

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard offset >= 0 else { throw ValidationError("--offset must not be negative") }
    }

    func run() async throws {
        let id = try ArgumentReading.job(id)
        try await store.location().withStore(.existing) { store in
            guard let job = try await store.job(id) else { throw CommandFailure.noSuchJob(id) }
            let index = try step.map { try Self.index(of: $0, in: job) }
            let follower = LogFollower(store: store, job: id)
            try await follower.read(from: offset, follows: follow) { page in
                let entries = page.entries.filter { index == nil || $0.step == index }
                if output.json {
                    await Console.shared.print(lines: entries.map { $0.json(of: job).text })
                } else {
                    await Console.shared.print(bytes: Array(entries.map(\.bytes).joined()))
                }
                return await !Console.shared.isOutputClosed
            }
        }
    }

    private static func index(of step: String, in job: Job) throws(CommandFailure) -> Int {
        guard let index = job.spec.steps.firstIndex(where: { $0.name == step }) else {
            let names = job.spec.steps.map(\.name).joined(separator: ", ")
            throw CommandFailure(.usage, "the job has no step \(step.debugDescription); it has \(names)")
        }
        return index
    }
}

extension LogEntry {
    /// The entry as one line of `--json`.
    fileprivate func json(of job: Job) -> JSONValue {
        let name = step.flatMap { job.spec.steps.indices.contains($0) ? job.spec.steps[$0].name : nil }
        return [
            "time": .string(time.description), "step": name.map(JSONValue.string) ?? .null,
            "attempt": .integer(Int64(attempt)), "stream": .string(stream.rawValue), "text": .string(text),
        ]
    }
}
