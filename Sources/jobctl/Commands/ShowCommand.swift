internal import ArgumentParser
internal import JobCore

/// `jobctl show`: shows one job.
struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a job with its steps, outputs and attempts.",
        discussion: """
            EXAMPLES:
              jobctl show ID
              jobctl show ID --json | jq '.steps[].output'
            """)

    @Argument(help: "The id of a job.")
    var id: String

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let id = try ArgumentReading.job(id)
        let job = try await store.location().withStore(.existing) { try await $0.job(id) }
        guard let job else { throw CommandFailure.noSuchJob(id) }
        let now = TimeSource.system.now
        if output.json {
            await Console.shared.print(json: job.json(at: now))
        } else {
            await Console.shared.print(lines: JobReport(job: job, now: now, style: .standardOutput).lines)
        }
    }
}
