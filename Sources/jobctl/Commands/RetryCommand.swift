internal import ArgumentParser
internal import JobCore

/// `jobctl retry`: brings finished jobs back.
struct RetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Let failed, poisoned or cancelled jobs go on at their first unfinished step.",
        discussion: """
            Finished steps do not run again.

            EXAMPLES:
              jobctl retry ID
              jobctl list --status failed --json | jq -r '.jobs[].id' | xargs jobctl retry
            """)

    @Argument(help: "Ids of jobs.")
    var ids: [String]

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await store.location().withStore(.existing) { store in
            let jobs = try await JobChange(change: .retry, verb: "retry").apply(to: ids, in: store, json: output.json)
            for job in jobs where RunQueue.isRun(job) {
                await Console.shared.note(
                    "jobctl: \(job.id) belongs to a run; go on with: jobctl run --resume \(job.id)")
            }
        }
    }
}
