internal import ArgumentParser
internal import JobCore

/// `jobctl delete`: removes finished jobs with all that they left.
struct DeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete finished jobs with their logs, outputs and artifacts.",
        discussion: """
            Frees their ids and unique keys. A job that has not finished is refused; cancel it first. Jobs past their \
            retention are deleted without being asked for.

            EXAMPLES:
              jobctl delete ID ID
            """)

    @Argument(help: "Ids of jobs.")
    var ids: [String]

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        var named = await NamedJobs(ids)
        let results = try await store.location().withStore(.existing) { [ids = named.ids] in try await $0.delete(ids) }
        var deleted: [JobID] = []
        for (id, result) in zip(named.ids, results) {
            switch result {
            case .success: deleted.append(id)
            case .failure(let refusal): await named.refused("delete", id, refusal)
            }
        }
        if output.json {
            await Console.shared.print(json: ["deleted": .array(deleted.map { .string($0.description) })])
        } else {
            await Console.shared.print(lines: deleted.map { "deleted \($0)" })
        }
        if let failure = named.failure { throw CommandFailure(failure) }
    }
}
