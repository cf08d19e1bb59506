import JobAWS
import JobCore
import JobTesting
import JobTransport
import Logging
import Testing

/// A Region with machines that work, a store, and a fleet service that is stepped by hand.
final class FleetRegion {
    let time = ManualTime()
    let ec2: FakeEC2
    let queue: MemoryQueue
    var spec: FleetSpecification
    /// The service's process.
    private(set) var store: FaultyQueue<MemoryQueue>
    private(set) var transport: CrashingTransport
    private var stepper: FleetStepper
    private var starts = 0
    /// What runs on the instances.
    private(set) var agents: [String: FleetAgent] = [:]
    /// Instances whose agent never starts.
    var mute: Set<Int> = []
    /// How long after an instance runs its agent reports.
    var bootTime = Duration.seconds(30)
    /// How long a job takes.
    var workTime = Duration.seconds(120)
    /// Instances whose agents hear no notices.
    var deaf: Set<Int> = []

    static let owner = "tests"

    init(_ change: (inout FleetSpecification) -> Void = { _ in }) async throws {
        ec2 = FakeEC2(time: time.source)
        queue = MemoryQueue(time: time.source)
        spec = FleetSpecification(
            name: "f", queues: ["work"], instanceTypes: ["m7g.large", "c7g.large"], subnets: ["subnet-0a", "subnet-0b"])
        spec.images = [.arm64: .image("ami-0arm64")]
        spec.agent = .image
        spec.securityGroups = ["sg-1"]
        spec.idleTimeout = .seconds(60)
        spec.onDemandPrices = ["m7g.large": 0.0816, "c7g.large": 0.0725]
        change(&spec)
        store = FaultyQueue(queue)
        transport = CrashingTransport(ec2.transport)
        stepper = Self.stepper(store: store, transport: transport, time: time, holder: "1")
        try await FleetStore(queue).apply(spec)
    }

    static func service(
        store: any FleetService.Store, transport: any HTTPTransport, time: ManualTime, holder: String
    ) throws -> FleetService {
        // Waiting between two tries takes no time: the steps are what time passes by.
        let clock = TimeSource(now: { time.now }, sleep: { _ in })
        let client = AWSClient(
            region: try #require(AWSRegion("us-east-1")),
            credentials: StaticCredentials(accessKeyID: "AKIDTEST", secretAccessKey: "secret"), transport: transport,
            retry: AWSRetry(attempts: 2, adapts: false), time: clock, random: .seeded(1))
        var configuration = FleetService.Configuration(
            owner: owner, server: "https://jobs.example.com", holder: holder)
        configuration.marketInterval = .seconds(60)
        return FleetService(
            store: store, cloud: EC2Cloud(client), configuration: configuration, time: time.source,
            random: .seeded(UInt64(holder) ?? 7),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    private static func stepper(
        store: FaultyQueue<MemoryQueue>, transport: CrashingTransport, time: ManualTime, holder: String
    ) -> FleetStepper {
        // The Region's name is one that there is.
        // swift-format-ignore: NeverUseForceTry
        FleetStepper(try! service(store: store, transport: transport, time: time, holder: holder))
    }

    /// The process dies; a new one will take its place.
    func restart() {
        starts += 1
        store.crash()
        store = FaultyQueue(queue)
        transport = CrashingTransport(ec2.transport)
        stepper = Self.stepper(store: store, transport: transport, time: time, holder: "\(starts + 1)")
    }

    func enqueue(_ count: Int) async throws {
        var spec = JobSpec(name: "j")
        spec.queue = "work"
        spec.steps = [StepSpec(name: "s", action: .handler(HandlerAction(name: "h")))]
        for _ in 0..<count { _ = try await queue.enqueue(spec) }
    }

    /// One look of the service without time passing.
    func look() async { await stepper.step() }

    /// Lets time pass in small steps, in which everybody does what is due.
    func pass(_ duration: Duration, by pace: Duration = .seconds(5)) async throws {
        let end = time.now + duration
        while time.now < end {
            time.advance(by: min(pace, end - time.now))
            if store.isCrashed || transport.isDead { restart() }
            try await runAgents()
            await stepper.step()
        }
    }

    /// Lets time pass until something holds.
    func pass(atMost limit: Duration, until condition: () async throws -> Bool) async throws -> Bool {
        let end = time.now + limit
        while time.now < end {
            if try await condition() { return true }
            try await pass(.seconds(5))
        }
        return try await condition()
    }

    private func runAgents() async throws {
        for instance in ec2.instances {
            if instance.isAlive {
                guard let runningAt = instance.runningAt, time.now - runningAt >= bootTime,
                    !mute.contains(instance.ordinal)
                else { continue }
                let agent = agents[instance.id] ?? FleetAgent(instance, self)
                agents[instance.id] = agent
                try await agent.work(instance)
            } else if let agent = agents[instance.id], !agent.isOver {
                agent.isOver = true
            }
        }
    }

    var alive: [FakeEC2.Instance] { ec2.instances.filter(\.isAlive) }

    func succeeded() async throws -> Int { try await queue.counts().count(.succeeded) }

    func instances() async throws -> [FleetInstance] { try await FleetStore(queue).instances() }

    /// Everything has ended: no instance lives, none is recorded as living, no template is left.
    func isEmpty() async throws -> Bool {
        let recorded = try await instances()
        let launches = try await FleetStore(queue).launches()
        return alive.isEmpty && recorded.allSatisfy { $0.phase == .gone } && ec2.launchTemplates.isEmpty
            && launches.allSatisfy { $0.state == .settled }
    }
}
