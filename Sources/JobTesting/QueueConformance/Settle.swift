internal import JobCore
internal import Testing

extension QueueConformance {
    static let settling: [QueueCheck<any JobQueue>] = [
        QueueCheck("a failed attempt waits for its back-off, which grows, until the attempts are used up") {
            queue, time in
            let id = try await queue.enqueue(.test().retried(3)).id
            for wait in [1, 2] {
                let claim = try await queue.takeOne()
                let job = try await queue.apply(.failed(claim.key, .flaky), to: id)
                #expect(job.state == .waiting(until: time.now + .seconds(wait), reason: .retry))
                #expect(job.status(at: time.now) == .retrying)
                #expect(job.failure == JobFailure(code: .error, message: "it did not work", step: "step0"))
                time.advance(by: .seconds(wait) - .microseconds(1))
                #expect(try await queue.take().isEmpty)
                time.advance(by: .microseconds(1))
            }
            let claim = try await queue.takeOne()
            let job = try await queue.apply(.failed(claim.key, .flaky), to: id)
            #expect(job.state == .finished(.poisoned, at: time.now))
            #expect(job.attempts.map(\.outcome) == [.failed, .failed, .failed])
            #expect(job.attempts.map(\.number) == [1, 2, 3])
            #expect(try await queue.stored(id) == job)
        },
        QueueCheck("a failure that no retry mends ends the job at once") { queue, time in
            let id = try await queue.enqueue(.test(steps: 2).retried(9)).id
            let claim = try await queue.takeOne()
            let job = try await queue.apply(.failed(claim.key, .final), to: id)
            #expect(job.state == .finished(.failed, at: time.now))
            #expect(job.steps.map(\.status) == [.failed, .skipped])
            #expect(try await queue.stored(id) == job)
        },
        QueueCheck("a delay that the other side asked for is a lower bound for the back-off") { queue, time in
            let id = try await queue.enqueue(.test().retried(5)).id
            var claim = try await queue.takeOne()
            var failure = StepFailure(.httpStatus, "busy", retryAfter: .seconds(90))
            var job = try await queue.apply(.failed(claim.key, failure), to: id)
            #expect(job.state == .waiting(until: time.now + .seconds(90), reason: .retry))
            time.advance(by: .seconds(90))
            claim = try await queue.takeOne()
            failure.retryAfter = .milliseconds(10)
            job = try await queue.apply(.failed(claim.key, failure), to: id)
            #expect(job.state == .waiting(until: time.now + .seconds(2), reason: .retry))
        },
        QueueCheck("a failed step keeps what it produced") { queue, _ in
            let id = try await queue.enqueue(.test()).id
            let claim = try await queue.takeOne()
            let output = StepOutput(exitCode: 3, details: ["skipped": ["a"]])
            try await queue.apply(.failed(claim.key, StepFailure(.exitCode, "exit 3", output: output)), to: id)
            #expect(try await queue.stored(id).steps[0].output == output)
        },
        QueueCheck("a snooze waits, gives the attempt back, and can be repeated without end") { queue, time in
            let id = try await queue.enqueue(.test().retried(2)).id
            for _ in 0..<5 {
                let claim = try await queue.takeOne()
                #expect(claim.job.steps[0].attempts == 1)
                let job = try await queue.apply(.snoozed(claim.key, for: .seconds(30)), to: id)
                #expect(job.state == .waiting(until: time.now + .seconds(30), reason: .snoozed))
                #expect(job.steps[0].attempts == 0)
                #expect(try await queue.stored(id) == job)
                time.advance(by: .seconds(30) - .microseconds(1))
                #expect(try await queue.take().isEmpty)
                time.advance(by: .microseconds(1))
            }
            #expect(try await queue.stored(id).attempts.map(\.outcome) == Array(repeating: .snoozed, count: 5))
        },
        QueueCheck("a released job is due at once, and its attempt is given back") { queue, time in
            let id = try await queue.enqueue(.test().retried(2)).id
            for _ in 0..<5 {
                let claim = try await queue.takeOne()
                let job = try await queue.apply(.released(claim.key, reason: "shutdown"), to: id)
                #expect(job.state == .waiting(until: time.now, reason: .released))
                #expect(job.status(at: time.now) == .queued)
                #expect(job.steps[0].attempts == 0)
                #expect(job.attempts.last?.message == "shutdown")
            }
            let claim = try await queue.takeOne()
            #expect(try await queue.complete(claim).status(at: time.now) == .succeeded)
        },
        QueueCheck("an interrupted job is due at once, goes on at its unfinished step, and no attempt is spent") {
            queue, time in
            let id = try await queue.enqueue(.test(steps: 2).retried(1)).id
            for round in 1...3 {
                let claim = try await queue.takeOne()
                if round == 1 {
                    try await queue.apply(.stepSucceeded(claim.key, step: 0, output: .none), to: id)
                }
                let job = try await queue.apply(.interrupted(claim.key, reason: "the machine goes"), to: id)
                #expect(job.state == .waiting(until: time.now, reason: .released))
                #expect(job.cursor == 1 && job.steps[1].attempts == 0)
                #expect(try await queue.stored(id) == job)
                let late = try await queue.refusal(of: .interrupted(claim.key, reason: "again"), to: id)
                #expect(late == .leaseLost)
            }
            let attempts = try await queue.stored(id).attempts
            #expect(attempts.map(\.outcome) == Array(repeating: .interrupted, count: 3))
            #expect(attempts.allSatisfy { $0.message == "the machine goes" })
            let claim = try await queue.takeOne()
            #expect(try await queue.complete(claim).status(at: time.now) == .succeeded)
        },
        QueueCheck("several events for one job in one batch apply in order, each seeing the one before") {
            queue, time in
            let id = try await queue.enqueue(.test(steps: 2)).id
            let key = try await queue.takeOne().key
            let changes: [JobEvent.Change] = [
                .stepSucceeded(key, step: 0, output: StepOutput(exitCode: 0)), .succeeded(key),
                .stepSucceeded(key, step: 1, output: StepOutput(exitCode: 1)), .succeeded(key), .succeeded(key),
            ]
            let results = try await queue.apply(changes.map { JobEvent($0, of: id) })
            #expect(results.count == 5)
            #expect(try results[0].get().cursor == 1)
            #expect(results[1] == .failure(.stepsRemain(next: 1)))
            #expect(try results[2].get().cursor == 2)
            #expect(try results[3].get().status(at: time.now) == .succeeded)
            #expect(results[4] == .failure(.alreadyFinished(.succeeded)))
            #expect(try await queue.stored(id) == results[3].get())
        },
        QueueCheck("a refused event in a batch leaves the others as they are") { queue, _ in
            let jobs = try await queue.enqueue((0..<3).map { NewJob(.test("\($0)")) })
            let results = try await queue.apply([
                JobEvent(.cancel(), of: jobs[0].id), JobEvent(.cancel(), of: JobID()),
                JobEvent(.retry, of: jobs[1].id), JobEvent(.cancel(), of: jobs[2].id),
            ])
            #expect(try results[0].get().id == jobs[0].id)
            #expect(results[1] == .failure(.unknownJob))
            #expect(results[2] == .failure(.notRetryable(.queued)))
            #expect(try results[3].get().id == jobs[2].id)
            #expect(try await queue.take().map(\.job.id) == [jobs[1].id])
        },
        QueueCheck("apply of nothing does nothing") { queue, _ async throws in
            #expect(try await queue.apply([]).isEmpty)
        },
        QueueCheck("a retry by hand goes on at the first unfinished step, with its attempts counted anew") {
            queue, time in
            let id = try await queue.enqueue(.test(steps: 3).retried(1)).id
            var claim = try await queue.takeOne()
            let output = StepOutput(exitCode: 0)
            try await queue.apply(.stepSucceeded(claim.key, step: 0, output: output), to: id)
            try await queue.apply(.failed(claim.key, .flaky), to: id)
            time.advance(by: .seconds(100))
            let job = try await queue.apply(.retry, to: id)
            #expect(job.state == .waiting(until: time.now, reason: .scheduled))
            #expect(job.failure == nil)
            #expect(job.cursor == 1)
            #expect(job.steps.map(\.attempts) == [1, 0, 0])
            #expect(job.steps.map(\.status) == [.succeeded, .waiting, .waiting])
            #expect(try await queue.stored(id) == job)
            claim = try await queue.takeOne()
            #expect(claim.job.outputs == ["step0": output])
            #expect(claim.job.steps[1].attempts == 1)
            #expect(try await queue.complete(claim).status(at: time.now) == .succeeded)
        },
        QueueCheck("failed, poisoned and cancelled jobs can be retried by hand, others cannot") { queue, time in
            let id = try await queue.enqueue(.test().retried(1)).id
            #expect(try await queue.refusal(of: .retry, to: id) == .notRetryable(.queued))
            for change in [JobEvent.Change.failed(try await queue.takeOne().key, .flaky)] {
                try await queue.apply(change, to: id)
            }
            try await queue.apply(.retry, to: id)
            try await queue.apply(.failed(try await queue.takeOne().key, .final), to: id)
            try await queue.apply(.retry, to: id)
            try await queue.apply(.cancel(), to: id)
            try await queue.apply(.retry, to: id)
            let claim = try await queue.takeOne()
            #expect(try await queue.refusal(of: .retry, to: id) == .notRetryable(.running))
            try await queue.complete(claim)
            #expect(try await queue.refusal(of: .retry, to: id) == .notRetryable(.succeeded))
            #expect(claim.lease.generation == 3)
        },
        QueueCheck("a retry by hand gives the job a new deadline in the queue") { queue, time in
            let id = try await queue.enqueue(.test { $0.deadline = .seconds(30) }).id
            time.advance(by: .seconds(30))
            #expect(try await queue.take().isEmpty)
            let job = try await queue.apply(.retry, to: id)
            #expect(job.deadlineAt == time.now + .seconds(30))
            #expect(try await queue.take().count == 1)
        },
        QueueCheck("each change makes the job's version grow by one") { queue, time in
            let id = try await queue.enqueue(.test().retried(3)).id
            var versions = [1]
            func note(_ job: Job) { versions.append(job.version) }
            var claim = try await queue.takeOne()
            note(claim.job)
            note(try await queue.apply(.failed(claim.key, .flaky), to: id))
            time.advance(by: .seconds(1))
            claim = try await queue.takeOne()
            note(claim.job)
            note(try await queue.apply(.stepSucceeded(claim.key, step: 0, output: .none), to: id))
            note(try await queue.apply(.succeeded(claim.key), to: id))
            #expect(versions == Array(1...6))
        },
        QueueCheck("a job remembers its latest attempts, and not more than it may") { queue, _ in
            let id = try await queue.enqueue(.test()).id
            for _ in 0..<(Job.attemptsKept + 5) {
                try await queue.apply(.released(try await queue.takeOne().key, reason: "r"), to: id)
            }
            let numbers = try await queue.stored(id).attempts.map(\.number)
            #expect(numbers == Array(6...(Job.attemptsKept + 5)))
        },
    ]
}
