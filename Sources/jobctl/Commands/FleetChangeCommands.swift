internal import ArgumentParser
internal import JobAWS
internal import JobCore

/// `jobctl fleet apply`.
struct FleetApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Store fleets, new or in place of those of the same names.",
        discussion: """
            Servers that run fleets see the change within seconds. What was scaled or drained by hand stays so. \
            Instances that run go on as they are.
            """)

    @Argument(help: ArgumentHelp("The fleet file, YAML or JSON; - reads standard input.", valueName: "file"))
    var file: String

    @OptionGroup var store: StoreOptions

    func run() async throws {
        let fleets = try FleetFile(path: file).fleets
        let done = try await store.location().withStore(.creating) { store in
            let records = FleetStore(store)
            var done: [String] = []
            for fleet in fleets {
                done.append("\(try await records.apply(fleet) ? "stored" : "updated") \(fleet.name)")
            }
            return done
        }
        await Console.shared.print(lines: done)
    }
}

/// `jobctl fleet scale`.
struct FleetScaleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale",
        abstract: "Keep a number of instances, also without work.",
        discussion: "The fleet still grows for jobs that wait, within its limits.")

    @Argument(help: ArgumentHelp("The fleet.", valueName: "name"))
    var name: String

    @Argument(help: ArgumentHelp("How many; auto for what the fleet file says.", valueName: "number"))
    var minimum: String

    @OptionGroup var store: StoreOptions

    func validate() throws {
        guard minimum == "auto" || Int(minimum) != nil else {
            throw ValidationError("'\(minimum)' is no number of instances; write 0, 1, 2, … or auto")
        }
    }

    func run() async throws {
        try await FleetChange(name: name, store: store).make { try await $0.scale(name, minimum: Int(minimum)) }
        await Console.shared.print(minimum == "auto" ? "\(name) keeps what its file says" : "\(name) keeps \(minimum)")
    }
}

/// `jobctl fleet drain`.
struct FleetDrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Launch nothing more, and let instances end when they have finished what they run.")

    @Argument(help: ArgumentHelp("The fleet.", valueName: "name"))
    var name: String

    @Flag(help: "Take it back: launch again.")
    var undo = false

    @OptionGroup var store: StoreOptions

    func run() async throws {
        try await FleetChange(name: name, store: store).make { try await $0.drain(name, !undo) }
        await Console.shared.print(undo ? "\(name) launches again" : "\(name) drains")
    }
}

/// `jobctl fleet remove`.
struct FleetRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Forget a fleet; its instances end when they have finished what they run.",
        discussion: "What its instances have cost is still told for 30 days. Jobs in its queues stay.")

    @Argument(help: ArgumentHelp("The fleet.", valueName: "name"))
    var name: String

    @OptionGroup var store: StoreOptions

    func run() async throws {
        try await FleetChange(name: name, store: store).make { try await $0.remove(name) }
        await Console.shared.print("removed \(name)")
    }
}

/// A change of one fleet, which must be there.
struct FleetChange {
    let name: String
    let store: StoreOptions

    /// Makes the change.
    ///
    /// - Throws: ``CommandFailure`` when there is no such fleet; `InvalidFleet`; `QueueError`.
    func make(_ change: (FleetStore) async throws -> Bool) async throws {
        let isKnown = try await store.location().withStore(.existing) { try await change(FleetStore($0)) }
        guard isKnown else { throw Self.unknown(name) }
    }

    /// The failure of a command about a fleet that is not there.
    static func unknown(_ name: String) -> CommandFailure {
        CommandFailure(.unsuccessful, "there is no fleet \(name.debugDescription); jobctl fleet list shows them")
    }
}
