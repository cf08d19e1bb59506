internal import ArgumentParser
internal import JobCore

/// `jobctl cancel`: stops jobs.
struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Cancel jobs that have not finished.",
        discussion: """
            A waiting job is cancelled at once; of a running one the worker stops the step, and jobctl wait tells when.

            EXAMPLES:
              jobctl cancel ID
              jobctl cancel ID ID --reason "wrong branch"
            """)

    @Argument(help: "Ids of jobs.")
    var ids: [String]

    @Option(help: ArgumentHelp("Why, for people.", valueName: "text"))
    var reason: String?

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await store.location().withStore(.existing) { store in
            let change = JobChange(change: .cancel(reason: reason), verb: "cancel")
            _ = try await change.apply(to: ids, in: store, json: output.json)
        }
    }
}
