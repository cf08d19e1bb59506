internal import ArgumentParser
internal import JobCore

/// `jobctl show`: shows one job.
struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a job with its steps, outputs and attempts.",
        discussion: """
            What ran on instances of a fleet is shown with what it is estimated to have cost, to those who may see \
            fleets.

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
        let now = TimeSource.system.now
        let found = try await store.location().withStore(.existing) { store -> (Job, JobCosts)? in
            guard let job = try await store.job(id) else { return nil }
            return (job, await JobCosts(of: job, in: store, at: now))
        }
        guard let (job, costs) = found else { throw CommandFailure.noSuchJob(id) }
        if output.json {
            await Console.shared.print(json: costs.added(to: job.json(at: now)))
        } else {
            await Console.shared.print(lines: JobReport(job: job, costs: costs, now: now, style: .standardOutput).lines)
        }
    }
}
