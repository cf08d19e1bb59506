public import JobCore
public import JobTransport

/// Amazon EC2 without Amazon: its calls in their wire format, its delays, and whatever goes wrong as a plan.
///
/// It does what a program that launches, watches and ends instances relies on: client tokens, launch templates, fleets
/// of type `instant`, spot requests and prices, states that take their time, paging and filters, tags, volumes. SSM
/// parameters and STS are there as far as launching needs them. Nothing happens by itself: time is the given
/// `TimeSource`, which a test moves by hand.
///
/// ```swift
/// let time = ManualTime()
/// let ec2 = FakeEC2(time: time.source)
/// ec2.faults.capacity = [FakeEC2.Capacity(0, lifecycle: .spot, until: .seconds(600))]
/// ```
///
/// Give the code under test ``transport``; or ``withServer(_:)`` its URL, when it is another process.
public final class FakeEC2: Sendable {
    /// What the Region looks like.
    public let configuration: Configuration
    let time: TimeSource
    let host: any InstanceHost
    let world: Observed<EC2World>
    let metadataServices = Observed<[Instance.ID: FakeIMDS]>([:])

    /// Makes a Region in which nothing has been launched.
    ///
    /// - Parameters:
    ///   - configuration: what can be launched where, and how long things take.
    ///   - faults: what goes wrong.
    ///   - time: the clock.
    ///   - seed: what ids, and chance in the plan, are drawn from.
    ///   - host: what boots the instances; by default nothing does, and the test plays their part.
    public init(
        configuration: Configuration = Configuration(), faults: FaultPlan = FaultPlan(), time: TimeSource = .system,
        seed: UInt64 = 1, host: any InstanceHost = NoHost()
    ) {
        self.configuration = configuration
        self.time = time
        self.host = host
        world = Observed(EC2World(configuration: configuration, seed: seed, now: time.now))
        self.faults = faults
    }

    /// What goes wrong from now on; calls are counted anew when it is set.
    public var faults: FaultPlan {
        get { world.value.plan }
        set {
            change { world in
                world.plan = newValue
                world.seen = newValue.replies.map { _ in 0 }
            }
        }
    }

    /// The instances that exist, in the order of their launches; terminated ones for an hour.
    public var instances: [Instance] { change { world in world.launchOrder.compactMap { world.instances[$0] } } }

    /// An instance; nil when there is none with that id.
    public subscript(id: Instance.ID) -> Instance? { change { $0.instances[id] } }

    /// The calls so far, refused and lost ones included, in the order in which they came.
    public var calls: [Call] { world.value.calls }

    /// A transport whose requests are answered by the fake, whatever their host.
    public var transport: any HTTPTransport { FakeTransport(time: time) { await self.handle($0) } }

    /// Answers one request.
    public func handle(_ request: ServedRequest) async -> ServedAnswer {
        if let console = await consoleText(request) { change { $0.consoles[console.id] = console.text } }
        return change { $0.answer(request) }
    }

    /// Suspends until the instances are as wished.
    ///
    /// It looks whenever a call or a test has changed something, or ``run()`` has let time do so.
    ///
    /// - Parameter condition: returns nil as long as they are not.
    /// - Throws: `CancellationError` when the task is cancelled first.
    public func wait<Found: Sendable>(for condition: @escaping @Sendable ([Instance]) -> Found?) async throws -> Found {
        try await world.first { world in condition(world.launchOrder.compactMap { world.instances[$0] }) }
    }

    /// Changes the world, after what time has changed by now.
    @discardableResult
    func change<Result: Sendable>(_ body: @Sendable (inout EC2World) -> Result) -> Result {
        let now = time.now
        return world.update { world in
            world.advance(to: now)
            return body(&world)
        }
    }

    /// What an instance wrote to its console, when that is what is asked for.
    private func consoleText(_ request: ServedRequest) async -> (id: String, text: [UInt8])? {
        let call = AWSCall(request)
        guard call.operation == "GetConsoleOutput", let id = call.form["InstanceId"],
            let text = await host.console(of: id)
        else { return nil }
        return (id, text)
    }

    /// A call, as it came.
    public struct Call: Hashable, Sendable {
        /// `ec2`, `sts` or `ssm`.
        public let service: String
        /// The operation, such as `RunInstances`.
        public let operation: String
        /// When it came.
        public let at: Timestamp
        /// The parameters of the query protocol, with their flat names.
        public let parameters: [String: String]
        /// Who signed it; nil when it was not signed.
        public let accessKeyID: String?
        /// `ok`, the code of the error, `lost` when only the answer did not arrive, or `dropped`.
        public let outcome: String
    }
}
