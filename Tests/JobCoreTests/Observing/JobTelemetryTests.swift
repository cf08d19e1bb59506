import InMemoryLogging
import JobCore
import JobTesting
import Logging
import Metrics
import MetricsTestKit
import Testing

@Suite(.timeLimit(.minutes(1))) struct JobTelemetryTests {
    /// A queue that logs into memory and counts into a factory of its own.
    struct Setup {
        let time = ManualTime()
        let logs = InMemoryLogHandler()
        let metrics = TestMetrics()

        func logger(_ level: Logger.Level) -> Logger {
            var logger = Logger(label: "test") { _ in logs }
            logger.logLevel = level
            return logger
        }

        /// Runs one job through failure, loss and poison.
        func live(level: Logger.Level) async throws -> Job {
            try await withMetricsFactory(metrics) {
                let queue = MemoryQueue(time: time.source, logger: logger(level))
                var spec = JobSpec(
                    name: "report", queue: "q", metadata: ["request": "r1"], retry: RetryOptions(limit: 3))
                spec.steps = ["a", "b"].map { StepSpec(name: $0, action: .handler(HandlerAction(name: "test"))) }
                let id = try await queue.enqueue(spec).id
                time.advance(by: .seconds(5))
                let first = try #require(await queue.take("w1").first)
                try await queue.apply(.stepSucceeded(first.key, step: 0, output: StepOutput(body: "hunter2")), to: id)
                time.advance(by: .seconds(2))
                try await queue.apply(.failed(first.key, StepFailure(.exitCode, "exit 3")), to: id)
                time.advance(by: .seconds(1))
                _ = try await queue.take("w2")
                time.advance(by: .seconds(10))
                let third = try #require(await queue.take("w3").first)
                return try await queue.apply(.failed(third.key, StepFailure(.exitCode, "exit 4")), to: id)
            }
        }
    }

    @Test func `a job's life is told in lines with constant messages`() async throws {
        let setup = Setup()
        _ = try await setup.live(level: .debug)
        let lines = setup.logs.entries.map { "\($0.level) \($0.message)" }
        #expect(
            lines == [
                "debug Job enqueued", "debug Job started", "debug Step succeeded", "debug Job waits",
                "debug Job started", "info Worker lost", "debug Job started", "info Job finished",
            ])
    }

    @Test func `lines bear the keys of the job, its worker, its step and its failure`() async throws {
        let setup = Setup()
        let job = try await setup.live(level: .debug)
        let entries = setup.logs.entries
        for entry in entries {
            #expect(entry.metadata[JobLogKeys.jobID] == "\(job.id)")
            #expect(entry.metadata[JobLogKeys.jobName] == "report")
            #expect(entry.metadata[JobLogKeys.queueName] == "q")
            #expect(entry.metadata["job.metadata.request"] == "r1")
        }
        #expect(entries[1].metadata[JobLogKeys.workerID] == "w1")
        #expect(entries[2].metadata[JobLogKeys.stepName] == "a")
        #expect(entries[2].metadata[JobLogKeys.stepIndex] == "0")
        #expect(entries[7].metadata[JobLogKeys.jobOutcome] == "poisoned")
        #expect(entries[7].metadata[JobLogKeys.failureCode] == "exit_code")
        #expect(entries[7].metadata[JobLogKeys.error] == "exit 4")
    }

    @Test func `the line about a lost worker names that worker, not the next one`() async throws {
        let setup = Setup()
        _ = try await setup.live(level: .debug)
        let line = try #require(setup.logs.entries.first { $0.message == "Worker lost" })
        #expect(line.metadata[JobLogKeys.workerID] == "w2")
        #expect(line.metadata[JobLogKeys.leaseGeneration] == "2")
    }

    @Test func `outputs and inputs are never logged`() async throws {
        let setup = Setup()
        _ = try await setup.live(level: .trace)
        #expect(!setup.logs.entries.contains { "\($0.message) \($0.metadata)".contains("hunter2") })
    }

    @Test func `at info only what needs a person is told`() async throws {
        let setup = Setup()
        _ = try await setup.live(level: .info)
        #expect(setup.logs.entries.map(\.message) == ["Worker lost", "Job finished"])
    }

    @Test func `metrics count what happened, by named queue and outcome`() async throws {
        let setup = Setup()
        _ = try await setup.live(level: .critical)
        let queue = [("queue", "q")]
        #expect(try setup.metrics.expectCounter("jobs.enqueued", queue).totalValue == 1)
        #expect(try setup.metrics.expectCounter("jobs.claimed", queue).totalValue == 3)
        #expect(try setup.metrics.expectCounter("jobs.lease.lost", queue).totalValue == 1)
        for outcome in Outcome.allCases {
            let counter = try setup.metrics.expectCounter("jobs.finished", queue + [("outcome", outcome.rawValue)])
            #expect(counter.totalValue == (outcome == .poisoned ? 1 : 0))
        }
        let seconds = Int64(1_000_000_000)
        #expect(try setup.metrics.expectTimer("jobs.wait.duration", queue).values == [5 * seconds, 0, 0])
        #expect(try setup.metrics.expectTimer("jobs.run.duration", queue).values == [2 * seconds, 10 * seconds, 0])
    }

    @Test func `the number of time series stays bounded whatever queues are named`() async throws {
        let metrics = TestMetrics()
        try await withMetricsFactory(metrics) {
            let queue = MemoryQueue(time: ManualTime().source)
            _ = try await queue.enqueue((0..<1_000).map { NewJob(JobSpec(name: "a", queue: "q\($0)")) })
            _ = try await queue.enqueue(JobSpec(name: "a", queue: "q0"))
        }
        let counters = metrics.counters(label: "jobs.enqueued")
        #expect(counters.count == 201)
        #expect(counters.reduce(0) { $0 + $1.totalValue } == 1_001)
        #expect(try metrics.expectCounter("jobs.enqueued", [("queue", "q0")]).totalValue == 2)
        #expect(try metrics.expectCounter("jobs.enqueued", [("queue", "other")]).totalValue == 800)
    }
}

extension JobQueue {
    fileprivate func take(_ worker: String) async throws -> [Claim] {
        try await claim(ClaimRequest(worker: worker, queues: ["q"], limit: 10, lease: .seconds(10)))
    }
}
