internal import ArgumentParser
internal import JobAWS

/// The fleets of `jobctl serve`.
struct FleetOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Run the EC2 fleets of this file, besides those that jobctl fleet apply has stored. Repeatable.",
            valueName: "file"))
    var fleet: [String] = []

    @Flag(help: "Run the EC2 fleets that jobctl fleet apply has stored.")
    var fleets = false

    @Option(
        help: ArgumentHelp(
            "The URL under which instances reach this server, where a fleet names none.", valueName: "url"))
    var fleetUrl: String?

    @Option(
        help: ArgumentHelp(
            "The word by which this installation's instances are tagged; nothing else is ever touched. "
                + "Default one that the store keeps.", valueName: "word"))
    var fleetOwner: String?

    @Option(
        help: ArgumentHelp(
            "The jobctl that instances of a platform get, such as linux-aarch64=FILE; default this program for "
                + "machines like this. Repeatable.", valueName: "platform=file"),
        transform: ArgumentReading.pair)
    var agent: [KeyValue] = []

    /// Whether there are fleets to run.
    var isUsed: Bool { fleets || !fleet.isEmpty }

    func validate() throws {
        if !isUsed, fleetUrl != nil || fleetOwner != nil || !agent.isEmpty {
            throw ValidationError("--fleet-url, --fleet-owner and --agent belong to --fleet or --fleets")
        }
        if let fleetUrl, !fleetUrl.hasPrefix("https://"), !fleetUrl.hasPrefix("http://") {
            throw ValidationError("--fleet-url must begin with https:// or http://")
        }
        if let fleetUrl, !FleetSpecification.isShellSafe(fleetUrl) {
            throw ValidationError("--fleet-url must not hold spaces, quotes, backslashes or $")
        }
    }
}
