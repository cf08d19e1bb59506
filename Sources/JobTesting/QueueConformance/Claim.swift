internal import JobCore
internal import Testing

extension QueueConformance {
    static let claiming: [QueueCheck<any JobQueue>] = [
        QueueCheck("a claim leases the job, counts the attempt and is what the queue then shows") { queue, time in
            let job = try await queue.enqueue(.test())
            time.advance(by: .seconds(3))
            let claim = try await queue.takeOne(as: "w1", for: .seconds(10))
            #expect(claim.job.id == job.id)
            #expect(claim.lease == Lease(worker: "w1", generation: 1, expiresAt: time.now + .seconds(10)))
            #expect(claim.job.startedAt == time.now)
            #expect(claim.job.version == 2)
            #expect(claim.job.steps[0].attempts == 1)
            #expect(claim.job.attempts == [Attempt(number: 1, worker: "w1", startedAt: time.now)])
            #expect(try await queue.stored(job.id) == claim.job)
            #expect(try await queue.take().isEmpty)
        },
        QueueCheck("an empty queue gives no claims") { queue, _ async throws in
            #expect(try await queue.take().isEmpty)
            #expect(try await queue.take(0).isEmpty)
        },
        QueueCheck("jobs come by priority, then by the time they became due, then in order of submission") {
            queue, time in
            let start = time.now
            func job(_ name: String, _ priority: Int, due seconds: Int) -> NewJob {
                NewJob(
                    .test(name) {
                        $0.priority = priority
                        $0.notBefore = start + .seconds(seconds)
                    })
            }
            _ = try await queue.enqueue([
                job("e", 0, due: 5), job("d", 0, due: 2), job("b", -1, due: 9), job("f", 0, due: 5),
                job("g", 7, due: 1), job("c", -1, due: 9), job("a", -5, due: 10), job("late", -9, due: 11),
            ])
            time.advance(by: .seconds(10))
            #expect(try await queue.take().map(\.job.spec.name) == ["a", "b", "c", "d", "e", "f", "g"])
        },
        QueueCheck("a limit cuts the order and the rest comes with the next claim") { queue, _ in
            _ = try await queue.enqueue((0..<7).map { NewJob(.test("\($0)")) })
            #expect(try await queue.take(3).map(\.job.spec.name) == ["0", "1", "2"])
            #expect(try await queue.take(3).map(\.job.spec.name) == ["3", "4", "5"])
            #expect(try await queue.take(3).map(\.job.spec.name) == ["6"])
        },
        QueueCheck("only the named queues that were asked for are served") { queue, _ in
            _ = try await queue.enqueue(["a", "b", "c"].map { name in NewJob(.test(name) { $0.queue = name }) })
            #expect(try await queue.take(from: ["c", "a", "unknown"]).map(\.job.spec.name) == ["a", "c"])
            #expect(try await queue.take(from: []).isEmpty)
            #expect(try await queue.take(from: ["b"]).map(\.job.spec.name) == ["b"])
        },
        QueueCheck("slots bound the claims of each named queue, the limit bounds all of them") { queue, _ in
            _ = try await queue.enqueue((0..<12).map { index in NewJob(.test { $0.queue = ["a", "b"][index % 2] }) })
            let slots = [ClaimRequest.Slots(queue: "a", limit: 2), ClaimRequest.Slots(queue: "b", limit: 3)]
            func counts(limit: Int) async throws -> [String: Int] {
                let request = ClaimRequest(worker: "w", slots: slots, limit: limit, lease: .seconds(10))
                return try await queue.claim(request).reduce(into: [:]) { $0[$1.job.spec.queue, default: 0] += 1 }
            }
            #expect(try await counts(limit: 100) == ["a": 2, "b": 3])
            #expect(try await counts(limit: 4).values.reduce(0, +) == 4)
            #expect(try await counts(limit: 0) == [:])
        },
        QueueCheck("the order of claims holds across named queues") { queue, _ in
            let jobs: [(String, String, Int)] = [
                ("1", "a", 5), ("2", "b", 1), ("3", "a", 3), ("4", "b", 4), ("5", "a", 1),
            ]
            _ = try await queue.enqueue(
                jobs.map { name, named, priority in
                    NewJob(
                        .test(name) {
                            $0.queue = named
                            $0.priority = priority
                        })
                })
            #expect(try await queue.take(from: ["a", "b"]).map(\.job.spec.name) == ["2", "5", "3", "4", "1"])
        },
        QueueCheck("a job is due at its very time, and not a microsecond before") { queue, time in
            let due = time.now + .seconds(60)
            let job = try await queue.enqueue(.test { $0.notBefore = due })
            #expect(job.status(at: time.now) == .scheduled)
            time.advance(to: due - .microseconds(1))
            #expect(try await queue.take().isEmpty)
            let change = JobEvent.Change.claim(worker: "w", lease: .seconds(1))
            #expect(try await queue.refusal(of: change, to: job.id) == .notDue(until: due))
            time.advance(to: due)
            #expect(try await queue.take().count == 1)
        },
        QueueCheck("a time in the past is due at once") { queue, time in
            _ = try await queue.enqueue(.test { $0.notBefore = time.now - .seconds(60) })
            #expect(try await queue.take().count == 1)
        },
        QueueCheck("a job that nobody takes before its deadline fails and is not returned") { queue, time in
            let spec = JobSpec.test { $0.deadline = .seconds(30) }
            let (late, early) = (try await queue.enqueue(spec), try await queue.enqueue(.test("other")))
            time.advance(by: .seconds(30))
            #expect(try await queue.take().map(\.job.id) == [early.id])
            let failed = try await queue.stored(late.id)
            #expect(failed.state == .finished(.failed, at: time.now))
            #expect(failed.failure?.code == .deadlineExceeded)
            #expect(failed.steps[0].status == .skipped)
        },
        QueueCheck("a job is taken just before its deadline, and then has none any more") { queue, time in
            _ = try await queue.enqueue(
                .test {
                    $0.notBefore = time.now + .seconds(5)
                    $0.deadline = .seconds(30)
                })
            time.advance(by: .seconds(35) - .microseconds(1))
            let claim = try await queue.takeOne()
            time.advance(by: .seconds(3_600))
            let taken = try await queue.takeOne(as: "w2")
            #expect(taken.job.id == claim.job.id)
        },
        QueueCheck("jobs that end on the way do not count against the limit") { queue, time in
            _ = try await queue.enqueue((0..<20).map { _ in NewJob(.test { $0.deadline = .seconds(1) }) })
            let good = try await queue.enqueue(.test("good"))
            time.advance(by: .seconds(1))
            #expect(try await queue.take(1).map(\.job.id) == [good.id])
        },
        QueueCheck("what comes in the place of a job that used up its attempts keeps its own place") { queue, time in
            _ = try await queue.enqueue([
                NewJob(.test("lost").retried(1)), NewJob(.test("second") { $0.priority = 1 }),
                NewJob(
                    .test("third") {
                        $0.priority = 2
                        $0.queue = "other"
                    }),
            ])
            _ = try await queue.takeOne(for: .seconds(10))
            time.advance(by: .seconds(10))
            let slots = [JobSpec.defaultQueue, "other"].map { ClaimRequest.Slots(queue: $0, limit: 1) }
            let claims = try await queue.claim(
                ClaimRequest(worker: "worker", slots: slots, limit: 2, lease: .seconds(10)))
            #expect(claims.map(\.job.spec.name) == ["second", "third"])
        },
    ]
}
