internal import ArgumentParser

/// `jobctl fleet`: the EC2 instances that appear for work and vanish after it.
struct FleetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fleet",
        abstract: "Run jobs on EC2 instances that appear for work and vanish after it.",
        discussion: """
            A fleet serves named queues. jobctl serve --fleets launches instances for the jobs that wait there, on spot \
            where it can, and lets them end when they are idle. These commands change and show what the store keeps; \
            plan and reap ask EC2 as well, with the credentials of AWS's own programs.

            EXAMPLES:
              jobctl fleet plan fleet.yaml       what would be launched, and at what price
              jobctl fleet apply fleet.yaml      store it, for servers that run fleets
              jobctl fleet show builds           its instances, and what they have cost
              jobctl fleet scale builds 2        keep two instances, also without work
              jobctl fleet drain builds          launch nothing, and let all instances end
              jobctl fleet reap --dry-run        what EC2 has of ours that nobody knows
            """,
        subcommands: [
            FleetApplyCommand.self, FleetListCommand.self, FleetShowCommand.self, FleetScaleCommand.self,
            FleetDrainCommand.self, FleetRemoveCommand.self, FleetCostCommand.self, FleetPlanCommand.self,
            FleetReapCommand.self,
        ])
}
