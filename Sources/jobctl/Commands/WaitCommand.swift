internal import ArgumentParser
internal import JobCore

/// `jobctl wait`: waits for jobs.
struct WaitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Wait until jobs have finished.",
        discussion: """
            Ends with 0 when they succeeded, 1 when one did not, 75 when the time is over.

            EXAMPLES:
              jobctl wait ID --timeout 30s
              jobctl wait $(jobctl submit batch.yaml)
            """)

    @Argument(help: "Ids of jobs.")
    var ids: [String]

    @Option(
        help: ArgumentHelp("Wait no longer than this.", valueName: "duration"), transform: ArgumentReading.duration)
    var timeout: Duration?

    @Flag(help: "End as soon as one of them has finished.")
    var any = false

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let ids = try ids.map { try ArgumentReading.job($0) }
        try await store.location().withStore(.existing) { store in
            try await JobWaiting(store: store, ids: ids, timeout: timeout, any: any)
                .run(json: output.json, asBatch: ids.count > 1)
        }
    }
}
