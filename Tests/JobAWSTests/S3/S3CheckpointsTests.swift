import FoundationEssentials
import JobAWS
import JobCore
import JobTesting
import JobTransport
import Testing

extension MotoTests {
    @Suite struct S3CheckpointsTests {
        let time = ManualTime()

        struct Work {
            let queue: MemoryQueue
            let checkpoints: S3Checkpoints
            let bucket: S3Client
            let folder: String

            func save(_ text: String, _ checkpoint: Checkpoint) async throws {
                let path = "\(folder)/save-\(JobID())"
                try Data(text.utf8).write(to: URL(fileURLWithPath: path))
                try await checkpoints.save(checkpoint, from: path)
            }

            func load(_ checkpoint: Checkpoint) async throws -> String? {
                let path = "\(folder)/load-\(JobID())"
                guard try await checkpoints.load(checkpoint, to: path) else { return nil }
                return try String(contentsOfFile: path, encoding: .utf8)
            }

            /// Takes the job as a worker.
            func claim(_ worker: String) async throws -> Checkpoint {
                let request = ClaimRequest(
                    worker: worker, queues: [JobSpec.defaultQueue], limit: 1, lease: .seconds(60))
                let claim = try #require(try await queue.claim(request).first)
                return Checkpoint(job: claim.job.id, step: 0, key: claim.key)
            }
        }

        func run(_ body: (Work) async throws -> Void) async throws {
            try await MotoTests.MotoS3Tests.run { bucket, _, folder in
                let queue = MemoryQueue(time: time.source)
                var spec = JobSpec(name: "job", retry: RetryOptions(limit: 5))
                spec.steps = [StepSpec(name: "work", action: .handler(HandlerAction(name: "work")))]
                _ = try await queue.enqueue(spec)
                try await body(
                    Work(
                        queue: queue, checkpoints: S3Checkpoints(bucket, prefix: "cp", pointers: queue), bucket: bucket,
                        folder: folder))
            }
        }

        @Test func theNextWorkerFindsWhatTheLastOneSaved() async throws {
            try await run { work in
                let first = try await work.claim("w1")
                #expect(try await work.load(first) == nil)
                try await work.save("one", first)
                try await work.save("two", first)
                time.advance(by: .seconds(61))
                let second = try await work.claim("w2")
                #expect(try await work.load(second) == "two")
                // What is not pointed at any more is gone.
                #expect(try await work.bucket.list().count == 1)
            }
        }

        @Test func aWorkerThatLostItsLeaseChangesNothing() async throws {
            try await run { work in
                let late = try await work.claim("late")
                try await work.save("early", late)
                time.advance(by: .seconds(61))
                let second = try await work.claim("w2")
                await #expect(throws: CheckpointTrouble.leaseLost) { try await work.save("too late", late) }
                #expect(try await work.load(second) == "early")
                // Saving the valid one again, too late, must not take it away either.
                await #expect(throws: CheckpointTrouble.leaseLost) { try await work.save("early", late) }
                #expect(try await work.load(second) == "early")
                try await work.save("newer", second)
                #expect(try await work.load(second) == "newer")
                #expect(try await work.bucket.list().count == 1)
            }
        }

        @Test func removedOnesLeaveNothingInTheBucket() async throws {
            try await run { work in
                let first = try await work.claim("w1")
                try await work.checkpoints.remove(first)
                try await work.save("one", first)
                try await work.checkpoints.remove(first)
                #expect(try await work.load(first) == nil)
                #expect(try await work.bucket.list().isEmpty)
                try await work.save("two", first)
                #expect(try await work.load(first) == "two")
                time.advance(by: .seconds(61))
                _ = try await work.claim("w2")
                await #expect(throws: CheckpointTrouble.leaseLost) { try await work.checkpoints.remove(first) }
                #expect(try await work.bucket.list().count == 1)
            }
        }

        @Test func damagedOnesAreTold() async throws {
            try await run { work in
                let first = try await work.claim("w1")
                try await work.save("good", first)
                let key = try #require(try await work.bucket.list().first?.key)
                try await work.bucket.put(Array("evil".utf8), key: key)
                await #expect(throws: CheckpointTrouble.self) { try await work.load(first) }
                try await work.bucket.delete(key)
                await #expect(throws: CheckpointTrouble.self) { try await work.load(first) }
            }
        }

        @Test func pointersToOtherObjectsAreNotFollowed() async throws {
            try await run { work in
                let first = try await work.claim("w1")
                try await work.bucket.put(Array("private".utf8), key: "elsewhere")
                let pointer = #"{"key":"elsewhere","sha256":"\#(Hashing.sha256("private".utf8))","size":7}"#
                try await work.queue.putArtifact(
                    NewArtifact(job: first.job, name: "checkpoint-0.json", bytes: Array(pointer.utf8)))
                await #expect(throws: CheckpointTrouble.self) { try await work.load(first) }
                try await work.save("mine", first)
                #expect(try await work.bucket.get("elsewhere") != nil)
            }
        }
    }
}
