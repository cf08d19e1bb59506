import JobAWS
import JobCore
import JobSQLite
import JobTesting

// C1 and C2: what fleets cost, and how soon an instance is there.

extension Rows {
    static func c1(_ context: Context) async throws -> [Report] {
        var costs: [Double] = []
        var single: [Double] = []
        var onDemand: [Double] = []
        var seconds: [Double] = []
        var notes: [String] = []
        for pair in 0..<max(1, min(context.pairs, 3)) {
            let shared = FleetSimulation.Configuration(seed: UInt64(pair + 1))
            let began = monotonicMilliseconds()
            let report = try FleetSimulation(shared).run()
            seconds.append((monotonicMilliseconds() - began) / 1_000)
            var alone = shared
            alone.spec.oneJobPerInstance = true
            let other = try FleetSimulation(alone).run()
            costs.append(report.dollars)
            single.append(report.dollars / other.dollars)
            onDemand.append(report.dollars / report.onDemandDollars)
            notes.append(
                "seed \(pair + 1): \(report.succeeded) jobs, \(report.instances) instances, \(report.interruptions) "
                    + "interruptions, \(report.crashes) crashes, \(report.events) events; one job for each: "
                    + "\(other.instances) instances, $\(Figures.short(other.dollars)).")
        }
        return [
            Report(
                row: "C1", what: "a simulated week with 100,000 jobs on spot", unit: "$", ours: costs,
                comparisons: [
                    Comparison(
                        against: "one instance for each job", figures: [], ratios: single, target: .atMost(0.6)),
                    Comparison(against: "the same on demand", figures: [], ratios: onDemand, target: .atMost(0.35)),
                ], notes: notes),
            Report(
                row: "C1", what: "simulating it, with all promises checked", unit: "s", ours: seconds,
                comparisons: [Comparison(against: "", figures: [], ratios: seconds, target: .atMost(60))]),
        ]
    }

    static func c2(_ context: Context) async throws -> [Report] {
        try await context.withFolder { folder in
            let store = try await SQLiteQueue.open(path: "\(folder)/jobs.sqlite")
            var configuration = FakeEC2.Configuration()
            configuration.bootDelay = .zero
            configuration.shutdownDelay = .zero
            let ec2 = FakeEC2(configuration: configuration, time: .system)
            var spec = FleetSpecification(
                name: "bench", queues: [JobSpec.defaultQueue], instanceTypes: ["m7g.large", "c7g.large"],
                subnets: ["subnet-0a", "subnet-0b"])
            spec.images = [.arm64: .image("ami-0arm64")]
            spec.agent = .image
            spec.limits.instances = 1_000
            try await FleetStore(store).apply(spec)
            guard let region = AWSRegion("us-east-1") else { throw BenchError("no region") }
            let client = AWSClient(
                region: region, credentials: StaticCredentials(accessKeyID: "AKIDBENCH", secretAccessKey: "secret"),
                transport: ec2.transport)
            let service = FleetService(
                store: store, cloud: EC2Cloud(client),
                configuration: FleetService.Configuration(
                    owner: "bench", server: "https://jobs.example.com", holder: "bench"), logger: .silent)
            let running = Task { try await service.run() }
            defer { running.cancel() }
            while !ec2.calls.contains(where: { $0.operation == "DescribeSpotPriceHistory" }) {
                try await Task.sleep(for: .milliseconds(10))
            }
            try await Task.sleep(for: .milliseconds(500))
            var asked: [Double] = []
            var claimed: [Double] = []
            for number in 0..<60 {
                let submitted = monotonicMilliseconds()
                let before = Set(ec2.instances.map(\.id))
                try await store.enqueue(Jobs.spec(number))
                let instance = try await ec2.wait { list in list.first { !before.contains($0.id) } }
                asked.append(monotonicMilliseconds() - submitted)
                let worker = try await enrolled(instance, store)
                // It is busy from now on, so the next job needs another instance.
                let jobs = try await store.claim(ClaimRequest(worker: worker, limit: 1, lease: .seconds(600)))
                guard !jobs.isEmpty else { throw BenchError("nothing to claim") }
                claimed.append(monotonicMilliseconds() - submitted)
                try await Task.sleep(for: .milliseconds(20 + 7 * (number % 5)))
            }
            running.cancel()
            _ = await running.result
            try await store.close()
            return [
                Report(
                    row: "C2", what: "from enqueue until EC2 is asked, SQLite store", unit: "ms", ours: asked),
                Report(
                    row: "C2", what: "from enqueue to the claim on the new instance", unit: "ms", ours: claimed,
                    comparisons: [
                        Comparison(
                            against: "p50", figures: [], ratios: [claimed.median], target: .atMost(250)),
                        Comparison(against: "p99", figures: [], ratios: [claimed.percentile(0.99)], target: .none),
                    ]),
            ]
        }
    }

    /// What an agent does first; it asks again while its launch is not recorded.
    private static func enrolled(_ instance: FakeEC2.Instance, _ store: SQLiteQueue) async throws -> String {
        let enrolment = FleetEnrolment(records: store)
        let request = EnrolmentRequest(instance: instance.id, secretHash: Array(repeating: 1, count: 32))
        guard let launch = instance.tags[FleetTag.launch],
            let token = try await store.tokens().first(where: { $0.id == launch })
        else { throw BenchError("the launch has no token") }
        while true {
            do {
                let grant = try await enrolment.enrol(request, with: token)
                let now = TimeSource.system.now
                _ = try await store.report(
                    WorkerReport(name: grant.worker, queues: grant.queues, slots: grant.slots, startedAt: now))
                return grant.worker
            } catch let refused as EnrolmentRefused where refused.isRetryable {
                try await Task.sleep(for: .milliseconds(5))
            }
        }
    }
}
