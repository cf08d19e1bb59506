internal import ArgumentParser
internal import JobCore
internal import JobHTTP

/// `jobctl queue`: what waits and runs in the named queues, and what people have decided about them.
struct QueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "List, pause and bound the named queues.",
        subcommands: [
            QueueListCommand.self, QueuePauseCommand.self, QueueResumeCommand.self, QueueLimitCommand.self,
        ], defaultSubcommand: QueueListCommand.self)
}

/// `jobctl queue list`.
struct QueueListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the named queues that have jobs or settings.")

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let (counts, settings) = try await store.location().withStore(.existing) { store in
            (try await store.counts(), try await store.queueSettings())
        }
        let names = Set(counts.byQueue.keys).union(settings.keys).sorted()
        if output.json {
            let queues = names.map { JobService.json(of: $0, counts, settings[$0] ?? NamedQueueSettings()) }
            return await Console.shared.print(json: ["queues": .array(queues)])
        }
        var rows = [["QUEUE", "WAITING", "RUNNING", "FINISHED", "LIMIT", "PAUSED"]]
        for name in names {
            let own = settings[name] ?? NamedQueueSettings()
            let number = { (statuses: [JobStatus]) in
                String(statuses.reduce(0) { $0 + (counts.byQueue[name]?[$1] ?? 0) })
            }
            rows.append([
                name, number([.scheduled, .queued, .retrying]), number([.running, .cancelling]),
                number([.succeeded, .failed, .poisoned, .cancelled]), own.concurrency?.description ?? "none",
                own.isPaused ? "yes" : "no",
            ])
        }
        await Console.shared.print(lines: TextTable(rows: rows, style: .standardOutput).lines)
    }
}

/// `jobctl queue pause`.
struct QueuePauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Hand out no jobs of a named queue; what runs goes on.")

    @OptionGroup var change: QueueChangeOptions

    func run() async throws { try await change.apply { $0.isPaused = true } }
}

/// `jobctl queue resume`.
struct QueueResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Hand out jobs of a paused queue again.")

    @OptionGroup var change: QueueChangeOptions

    func run() async throws { try await change.apply { $0.isPaused = false } }
}

/// `jobctl queue limit`.
struct QueueLimitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limit",
        abstract: "Bound how many jobs of a named queue run at once, over all workers.",
        discussion: """
            EXAMPLES:
              jobctl queue limit mail 2
              jobctl queue limit mail none
            """)

    @OptionGroup var change: QueueChangeOptions

    @Argument(help: ArgumentHelp("The most jobs at once, from 1 to 1000000, or none.", valueName: "number"))
    var limit: String

    func run() async throws {
        let number = Int(limit)
        guard limit == "none" || (1...1_000_000).contains(number ?? 0) else {
            throw CommandFailure(
                .usage, "the limit \(limit.debugDescription) must lie between 1 and 1000000, or be none")
        }
        try await change.apply { $0.concurrency = number }
    }
}

/// The named queue of a change.
struct QueueChangeOptions: ParsableArguments {
    @Argument(help: "The name of the queue.")
    var queue: String

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    /// Changes the settings, and prints what they are now.
    ///
    /// - Throws: ``CommandFailure``; `QueueError`.
    func apply(_ change: @Sendable (inout NamedQueueSettings) -> Void) async throws {
        let (counts, settings) = try await store.location().withStore(.existing) { store in
            var settings = try await store.queueSettings()[queue] ?? NamedQueueSettings()
            change(&settings)
            try await store.setQueueSettings(settings, for: queue)
            return (try await store.counts(), settings)
        }
        if output.json {
            return await Console.shared.print(json: JobService.json(of: queue, counts, settings))
        }
        let limit = settings.concurrency.map { "at most \($0) at once" } ?? "no limit"
        await Console.shared.print("\(queue): \(settings.isPaused ? "paused" : "handed out"), \(limit)")
    }
}
