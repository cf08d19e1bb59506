import JobCore
import JobExecutors
import JobTesting
import Testing

/// A worker whose machine is taken away in mid-job, and the one that goes on.
@Suite(.timeLimit(.minutes(1))) struct InterruptionTests {
    private let queue = MemoryQueue()

    private func runner(_ worker: String) throws -> JobRunner {
        var executors = ExecutorRegistry()
        executors.register(CommandExecutor(), for: BuiltInKind.command)
        return JobRunner(
            store: queue, executors: executors, configuration: .init(worker: worker, concurrency: 1),
            checkpoints: ArtifactCheckpoints(queue))
    }

    private static func job(_ lines: String...) -> JobSpec {
        var spec = JobSpec(name: "job")
        spec.steps = lines.enumerated().map {
            StepSpec(name: "step\($0)", action: .command(CommandAction(.shell($1))))
        }
        return spec
    }

    /// Waits until a job has printed a text.
    private func waitFor(_ text: String, of id: JobID) async throws {
        for await _ in queue.signals(for: .job(id)) where try await log(of: id).contains(text) { return }
    }

    private func log(of id: JobID) async throws -> String {
        try await queue.log(of: id, from: 0, limit: 1 << 20)?.entries.map(\.text).joined() ?? ""
    }

    @Test func `the job goes on at its unfinished step, with its checkpoint, on another worker`() async throws {
        let job = try await queue.enqueue(
            Self.job(
                "echo first step",
                """
                if [ -e "$JOB_CHECKPOINT/count" ]; then echo "went on at $(cat "$JOB_CHECKPOINT/count")"; exit 0; fi
                trap 'echo 41 > "$JOB_CHECKPOINT/count"; test -s "$JOB_DEADLINE" && echo warned; exit 1' TERM
                echo ready; while :; do sleep 0.01; done
                """))
        let first = try runner("w1")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await first.run() }
            try await waitFor("ready\n", of: job.id)
            first.interrupt(
                WorkerNotice(.interruption, message: "spot"), hardStop: TimeSource.system.now + .seconds(60))
            try await group.waitForAll()
        }
        let waiting = try #require(try await queue.job(job.id))
        #expect(waiting.cursor == 1 && waiting.attempts.map(\.outcome) == [.interrupted])
        #expect(waiting.steps[1].attempts == 0)
        let firstLog = try await log(of: job.id)
        #expect(firstLog.contains("warned\n") && firstLog.hasSuffix("saved the checkpoint\n"))
        let second = try runner("w2")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await second.run() }
            let done = try #require(try await queue.finished(job.id))
            #expect(done.status(at: TimeSource.system.now) == .succeeded)
            second.drain()
            try await group.waitForAll()
        }
        let text = try await log(of: job.id)
        #expect(text.ranges(of: "first step\n").count == 1, "the first step ran once")
        #expect(text.contains("went on at 41\n"))
        let left = try await queue.artifacts(of: job.id)
        #expect(left?.map(\.name) == ["checkpoint-1.tar"] && left?.map(\.size) == [0])
    }

    @Test func `a worker that was away longer than its lease stores neither checkpoint nor end`() async throws {
        let time = ManualTime()
        let queue = MemoryQueue(time: time.source)
        let job = try await queue.enqueue(Self.job("true"))
        let late = try #require(
            try await queue.claim(ClaimRequest(worker: "late", limit: 1, lease: .seconds(10))).first)
        time.advance(by: .seconds(11))
        let next = try #require(
            try await queue.claim(ClaimRequest(worker: "next", limit: 1, lease: .seconds(10))).first)
        let directory = try TemporaryDirectory()
        let checkpoints = ArtifactCheckpoints(queue)
        let new = Checkpoint(job: job.id, step: 0, key: next.key)
        let old = Checkpoint(job: job.id, step: 0, key: late.key)
        try await checkpoints.save(new, from: try directory.file("new", "new"))
        let file = try directory.file("old", "old")
        await #expect(throws: CheckpointTrouble.leaseLost) { try await checkpoints.save(old, from: file) }
        await #expect(throws: CheckpointTrouble.leaseLost) { try await checkpoints.remove(old) }
        let refused = try await queue.apply([JobEvent(.interrupted(late.key, reason: "late"), of: job.id)])
        #expect(refused == [.failure(.leaseLost)])
        #expect(try await checkpoints.load(new, to: directory.path + "/read"))
        #expect(directory.text("read") == "new")
    }

    @Test func `a checkpoint that is too large is refused with the way out`() async throws {
        let job = try await queue.enqueue(Self.job("true"))
        let claim = try #require(
            try await queue.claim(ClaimRequest(worker: "w", limit: 1, lease: .seconds(10))).first)
        let directory = try TemporaryDirectory()
        let file = try directory.file("large", String(repeating: "x", count: 1_001))
        let trouble = await #expect(throws: CheckpointTrouble.self) {
            try await ArtifactCheckpoints(queue, limit: ByteCount(1_000)).save(
                Checkpoint(job: job.id, step: 0, key: claim.key), from: file)
        }
        #expect(trouble == .tooLarge(limit: ByteCount(1_000)))
        #expect(trouble?.description.contains("name an S3 bucket") ?? false)
    }
}
