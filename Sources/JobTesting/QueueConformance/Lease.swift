internal import JobCore
internal import Testing

extension QueueConformance {
    static let leases: [QueueCheck<any JobQueue>] = [
        QueueCheck("a lease expires at its very time, and not a microsecond before") { queue, time in
            _ = try await queue.enqueue(.test())
            let first = try await queue.takeOne(as: "w1", for: .seconds(10))
            time.advance(by: .seconds(10) - .microseconds(1))
            #expect(try await queue.take(as: "w2").isEmpty)
            let change = JobEvent.Change.claim(worker: "w2", lease: .seconds(1))
            #expect(
                try await queue.refusal(of: change, to: first.job.id) == .heldElsewhere(until: first.lease.expiresAt))
            time.advance(by: .microseconds(1))
            let second = try await queue.takeOne(as: "w2")
            #expect(second.job.id == first.job.id)
            #expect(second.lease.generation == 2)
            #expect(second.job.attempts.map(\.outcome) == [.lost, nil])
            #expect(second.job.attempts.map(\.worker) == ["w1", "w2"])
            #expect(second.job.steps[0].attempts == 2)
        },
        QueueCheck("a lease that another worker took over is refused for every event that bears one") { queue, time in
            _ = try await queue.enqueue(.test(steps: 2).retried(5))
            let late = try await queue.takeOne(as: "w1")
            time.advance(by: .seconds(10))
            let current = try await queue.takeOne(as: "w2")
            for change in late.leaseBearing {
                #expect(try await queue.refusal(of: change, to: late.job.id) == .leaseLost, "\(change)")
            }
            #expect(try await queue.stored(late.job.id) == current.job)
        },
        QueueCheck("a lease that the same worker was given again is fenced off as well") { queue, time in
            _ = try await queue.enqueue(.test().retried(5))
            let late = try await queue.takeOne(as: "w1")
            time.advance(by: .seconds(10))
            let current = try await queue.takeOne(as: "w1")
            for change in late.leaseBearing {
                #expect(try await queue.refusal(of: change, to: late.job.id) == .leaseLost, "\(change)")
            }
            #expect(try await queue.stored(late.job.id) == current.job)
        },
        QueueCheck("the right generation with another worker's name is refused") { queue, _ in
            _ = try await queue.enqueue(.test())
            let claim = try await queue.takeOne(as: "w1")
            let stranger = LeaseKey(worker: "w2", generation: claim.lease.generation)
            #expect(try await queue.refusal(of: .succeeded(stranger), to: claim.job.id) == .leaseLost)
        },
        QueueCheck("no lease holds on a job that waits or has finished") { queue, _ in
            let job = try await queue.enqueue(.test())
            let claim = try await queue.takeOne()
            try await queue.apply(.released(claim.key, reason: "shutdown"), to: job.id)
            for change in claim.leaseBearing {
                #expect(try await queue.refusal(of: change, to: job.id) == .leaseLost, "\(change)")
            }
            let again = try await queue.takeOne()
            try await queue.complete(again)
            for change in again.leaseBearing {
                #expect(try await queue.refusal(of: change, to: job.id) == .alreadyFinished(.succeeded), "\(change)")
            }
        },
        QueueCheck("an expired lease that nobody took over still lets its worker write") { queue, time in
            _ = try await queue.enqueue(.test())
            let claim = try await queue.takeOne()
            time.advance(by: .seconds(3_600))
            let job = try await queue.complete(claim)
            #expect(job.status(at: time.now) == .succeeded)
            #expect(try await queue.take().isEmpty)
        },
        QueueCheck("a heartbeat extends the lease from now, so nobody else takes the job") { queue, time in
            _ = try await queue.enqueue(.test())
            let claim = try await queue.takeOne(for: .seconds(10))
            time.advance(by: .seconds(9))
            let job = try await queue.apply(.heartbeat(claim.key, lease: .seconds(10)), to: claim.job.id)
            #expect(job.lease?.expiresAt == time.now + .seconds(10))
            #expect(job.version == claim.job.version)
            time.advance(by: .seconds(10) - .microseconds(1))
            #expect(try await queue.take(as: "w2").isEmpty)
            time.advance(by: .microseconds(1))
            #expect(try await queue.take(as: "w2").count == 1)
        },
        QueueCheck("a heartbeat after the lease expired gets it back when nobody took the job") { queue, time in
            _ = try await queue.enqueue(.test())
            let claim = try await queue.takeOne(as: "w1")
            time.advance(by: .seconds(20))
            #expect(try await queue.take(from: ["other"]).isEmpty)
            try await queue.apply(.heartbeat(claim.key, lease: .seconds(10)), to: claim.job.id)
            #expect(try await queue.take(as: "w2").isEmpty)
        },
        QueueCheck("a heartbeat never shortens a lease") { queue, _ in
            _ = try await queue.enqueue(.test())
            let claim = try await queue.takeOne(for: .seconds(60))
            let job = try await queue.apply(.heartbeat(claim.key, lease: .seconds(1)), to: claim.job.id)
            #expect(job.lease == claim.lease)
        },
        QueueCheck("a heartbeat stores progress, and only changed progress makes a version") { queue, _ in
            let id = try await queue.enqueue(.test()).id
            let claim = try await queue.takeOne()
            let progress = JobProgress(fraction: 0.25, message: "a quarter")
            let heartbeat = JobEvent.Change.heartbeat(claim.key, lease: .seconds(10), progress: progress)
            let job = try await queue.apply(heartbeat, to: id)
            #expect(job.progress == progress)
            #expect(job.version == claim.job.version + 1)
            #expect(try await queue.apply(heartbeat, to: id).version == job.version)
            let quiet = try await queue.apply(.heartbeat(claim.key, lease: .seconds(10)), to: id)
            #expect(quiet.progress == progress)
            #expect(try await queue.stored(id) == quiet)
        },
        QueueCheck("a job whose workers vanish until its attempts are used up is poisoned") { queue, time in
            let job = try await queue.enqueue(.test().retried(2))
            for _ in 0..<2 {
                _ = try await queue.takeOne()
                time.advance(by: .seconds(10))
            }
            #expect(try await queue.take().isEmpty)
            let poisoned = try await queue.stored(job.id)
            #expect(poisoned.state == .finished(.poisoned, at: time.now))
            #expect(poisoned.failure?.code == .workerLost)
            #expect(poisoned.failure?.step == "step0")
            #expect(poisoned.attempts.map(\.outcome) == [.lost, .lost])
        },
        QueueCheck("expired leases are taken over by order of priority, among the waiting jobs") { queue, time in
            _ = try await queue.enqueue(.test("held") { $0.priority = 1 })
            _ = try await queue.takeOne(for: .seconds(5))
            time.advance(by: .seconds(5))
            _ = try await queue.enqueue([NewJob(.test("first")), NewJob(.test("last") { $0.priority = 2 })])
            #expect(try await queue.take().map(\.job.spec.name) == ["first", "held", "last"])
        },
        QueueCheck("an expired lease of a job whose last step is recorded ends it as succeeded") { queue, time in
            let id = try await queue.enqueue(.test()).id
            let claim = try await queue.takeOne()
            try await queue.apply(.stepSucceeded(claim.key, step: 0, output: .none), to: id)
            time.advance(by: .seconds(10))
            #expect(try await queue.take().isEmpty)
            #expect(try await queue.stored(id).state == .finished(.succeeded, at: time.now))
        },
    ]
}
