public import JobCore

/// A fleet against a made-up world: weeks pass in seconds, and everything goes wrong as often as it is told to.
///
/// Jobs come in waves, EC2 runs out of capacity, takes instances back, loses answers and shows its lists late; the
/// controller crashes between any two of its actions. Nothing but the seed decides what happens, so a run that finds a
/// fault finds it again. It answers two questions: whether the controller keeps its promises, which are checked after
/// each event, and what a fleet's settings would cost.
public struct FleetSimulation: Sendable {
    /// What happens, and how often.
    public struct Configuration: Hashable, Sendable {
        /// What chance is drawn from.
        public var seed: UInt64
        /// For how long jobs come; the run goes on until all of them have finished.
        public var duration = Duration.seconds(7 * 86_400)
        /// How many jobs come.
        public var jobs = 100_000
        /// How long a job takes on average.
        public var work = Duration.seconds(240)
        /// The share of the jobs that come in bursts.
        public var burstiness = 0.4
        /// The share of the jobs that keep checkpoints, and lose nothing when they are interrupted.
        public var checkpointed = 0.7
        /// The fleet.
        public var spec: FleetSpecification
        /// How long a spot instance lives on average before EC2 takes it back.
        public var interruptionInterval = Duration.seconds(10 * 3_600)
        /// How often a pool runs dry, which takes back what came from it.
        public var droughtInterval = Duration.seconds(4 * 3_600)
        /// How often the controller crashes, besides those crashes that hit it between two actions.
        public var crashInterval = Duration.seconds(6 * 3_600)
        /// The chance of a crash at each action.
        public var crashChance = 0.002
        /// How long the controller is away after a crash, at most.
        public var downtime = Duration.seconds(600)
        /// The chance that each other thing goes wrong: lost answers, boots that never end, silence, refusals.
        public var faultChance = 0.01

        /// Makes a week with 100,000 jobs.
        public init(seed: UInt64, spec: FleetSpecification = FleetSimulation.standardFleet) {
            self.seed = seed
            self.spec = spec
        }
    }

    /// What came out.
    public struct Report: Hashable, Sendable {
        /// The jobs that succeeded.
        public internal(set) var succeeded = 0
        /// The instances that were launched.
        public internal(set) var instances = 0
        /// Those that EC2 took back.
        public internal(set) var interruptions = 0
        /// Launches that were asked for.
        public internal(set) var launches = 0
        /// Launches that gave nothing.
        public internal(set) var emptyLaunches = 0
        /// Crashes of the controller.
        public internal(set) var crashes = 0
        /// Results of workers that had lost their job, which were refused.
        public internal(set) var lateResults = 0
        /// The most instances that existed at a time.
        public internal(set) var mostInstances = 0
        /// Events, after each of which the promises were checked.
        public internal(set) var events = 0
        /// What the instances cost, in dollars.
        public internal(set) var dollars = 0.0
        /// What the fleet's own records say that they cost.
        public internal(set) var recordedDollars = 0.0
        /// What the same instances would have cost on demand.
        public internal(set) var onDemandDollars = 0.0
        /// How long a job waited on average, in seconds.
        public internal(set) var meanWait = 0.0
        /// When all had ended.
        public internal(set) var endedAt = Timestamp.epoch
    }

    /// A promise that was broken.
    public struct Violation: Error, Hashable, Sendable, CustomStringConvertible {
        /// The seed that shows it again.
        public let seed: UInt64
        /// When it happened, from the beginning.
        public let after: Duration
        /// What was broken.
        public let message: String

        /// The text for people and logs.
        public var description: String { "seed \(seed), after \(after.jobText): \(message)" }
    }

    /// The settings of the run.
    public let configuration: Configuration

    /// Makes a simulation.
    public init(_ configuration: Configuration) {
        self.configuration = configuration
    }

    /// Lets the time pass.
    ///
    /// - Throws: ``Violation`` as soon as a promise is broken: a job is lost or succeeds twice, an interruption costs an
    ///   attempt, an instance exists that no record accounts for, the limits are exceeded, a foreign instance is touched,
    ///   or instances are left over in the end.
    public func run() throws -> Report {
        var world = SimulatedWorld(configuration)
        return try world.run()
    }

    /// Three types in three zones, two jobs on an instance, at most 200 instances, no on-demand.
    public static var standardFleet: FleetSpecification {
        var spec = FleetSpecification(
            name: "simulated", queues: ["work"], instanceTypes: ["m7g.large", "m6g.large", "m7i.large"],
            subnets: ["subnet-a", "subnet-b", "subnet-c"])
        spec.jobsPerInstance = 2
        spec.idleTimeout = .seconds(120)
        spec.limits = FleetSpecification.Limits(instances: 200, vcpus: 380, dollarsPerHour: 8)
        spec.onDemandPrices = ["m7g.large": 0.0816, "m6g.large": 0.077, "m7i.large": 0.1008]
        return spec
    }
}
