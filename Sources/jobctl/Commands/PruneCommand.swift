internal import ArgumentParser
internal import JobCore

/// `jobctl prune`: deletes what is past its retention.
struct PruneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Delete finished jobs whose retention has ended.",
        discussion: """
            Workers do this by themselves now and then.

            EXAMPLES:
              jobctl prune
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    private static let batch = 500

    func run() async throws {
        let deleted = try await store.location().withStore(.existing) { store in
            var total = 0
            while true {
                let count = try await store.prune(limit: Self.batch)
                total += count
                if count < Self.batch { return total }
            }
        }
        if output.json {
            await Console.shared.print(json: ["deleted": .integer(Int64(deleted))])
        } else {
            await Console.shared.print("deleted \(deleted) \(deleted == 1 ? "job" : "jobs")")
        }
    }
}
