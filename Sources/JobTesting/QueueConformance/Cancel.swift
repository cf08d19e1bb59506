internal import JobCore
internal import Testing

extension QueueConformance {
    static let cancelling: [QueueCheck<any JobQueue>] = [
        QueueCheck("a waiting job is cancelled at once and never claimed") { queue, time in
            let id = try await queue.enqueue(.test()).id
            let job = try await queue.apply(.cancel(reason: "not needed"), to: id)
            #expect(job.state == .finished(.cancelled, at: time.now))
            #expect(job.failure?.message == "not needed")
            #expect(job.steps[0].status == .skipped)
            #expect(try await queue.stored(id) == job)
            #expect(try await queue.take().isEmpty)
        },
        QueueCheck("a job that waits for a later time is cancelled at once") { queue, time in
            let id = try await queue.enqueue(.test { $0.notBefore = time.now + .seconds(9) }).id
            #expect(try await queue.apply(.cancel(), to: id).status(at: time.now) == .cancelled)
            time.advance(by: .seconds(9))
            #expect(try await queue.take().isEmpty)
        },
        QueueCheck("a running job is asked to stop, keeps its lease, and asking again changes nothing") { queue, time in
            let id = try await queue.enqueue(.test()).id
            let claim = try await queue.takeOne()
            let job = try await queue.apply(.cancel(), to: id)
            #expect(job.state == .running(claim.lease, cancelRequested: true))
            #expect(job.status(at: time.now) == .cancelling)
            #expect(try await queue.apply(.cancel(), to: id) == job)
            let beat = try await queue.apply(.heartbeat(claim.key, lease: .seconds(20)), to: id)
            #expect(beat.status(at: time.now) == .cancelling)
            #expect(try await queue.stored(id) == beat)
        },
        QueueCheck("a finished job cannot be cancelled") { queue, _ in
            let id = try await queue.enqueue(.test()).id
            try await queue.complete(try await queue.takeOne())
            #expect(try await queue.refusal(of: .cancel(), to: id) == .alreadyFinished(.succeeded))
        },
        QueueCheck("a cancel beats retry, snooze and release") { queue, time in
            let changes: [(LeaseKey) -> JobEvent.Change] = [
                { .failed($0, .flaky) }, { .snoozed($0, for: .seconds(5)) }, { .released($0, reason: "shutdown") },
            ]
            for change in changes {
                let id = try await queue.enqueue(.test().retried(5)).id
                let claim = try await queue.takeOne()
                try await queue.apply(.cancel(), to: id)
                let job = try await queue.apply(change(claim.key), to: id)
                #expect(job.state == .finished(.cancelled, at: time.now))
                #expect(job.attempts.last?.outcome == .cancelled)
                #expect(try await queue.stored(id) == job)
            }
        },
        QueueCheck("a job that succeeds although it was asked to stop has succeeded") { queue, time in
            let id = try await queue.enqueue(.test()).id
            let claim = try await queue.takeOne()
            try await queue.apply(.cancel(), to: id)
            #expect(try await queue.complete(claim).status(at: time.now) == .succeeded)
        },
        QueueCheck("the reason of a cancel stays until the job has ended, whatever ends it") { queue, time in
            let changes: [(LeaseKey) -> JobEvent.Change] = [
                { .failed($0, .flaky) }, { .released($0, reason: "shutdown") },
            ]
            for change in changes {
                let id = try await queue.enqueue(.test(steps: 2).retried(5)).id
                let claim = try await queue.takeOne()
                let asked = try await queue.apply(.cancel(reason: "not needed"), to: id)
                #expect(asked.failure == JobFailure(code: .cancelled, message: "not needed"))
                #expect(try await queue.stored(id) == asked)
                try await queue.apply(.cancel(reason: "another"), to: id)
                try await queue.apply(.heartbeat(claim.key, lease: .seconds(20)), to: id)
                try await queue.apply(.stepSucceeded(claim.key, step: 0, output: .none), to: id)
                let job = try await queue.apply(change(claim.key), to: id)
                #expect(job.status(at: time.now) == .cancelled)
                #expect(job.failure?.message == "not needed")
                #expect(try await queue.stored(id) == job)
            }
        },
        QueueCheck("a cancel ends a job at once whose worker has vanished") { queue, time in
            let id = try await queue.enqueue(.test().retried(5)).id
            let claim = try await queue.takeOne()
            time.advance(by: .seconds(10))
            let job = try await queue.apply(.cancel(reason: "gone"), to: id)
            #expect(job.state == .finished(.cancelled, at: time.now))
            #expect(job.attempts.map(\.outcome) == [.lost])
            #expect(job.failure?.message == "gone")
            #expect(try await queue.stored(id) == job)
            #expect(try await queue.refusal(of: .succeeded(claim.key), to: id) == .alreadyFinished(.cancelled))
            #expect(try await queue.take().isEmpty)
        },
        QueueCheck("a job whose worker vanished after a cancel ends cancelled") { queue, time in
            let id = try await queue.enqueue(.test().retried(5)).id
            _ = try await queue.takeOne()
            try await queue.apply(.cancel(), to: id)
            time.advance(by: .seconds(10))
            #expect(try await queue.take().isEmpty)
            let job = try await queue.stored(id)
            #expect(job.state == .finished(.cancelled, at: time.now))
            #expect(job.attempts.map(\.outcome) == [.lost])
        },
    ]
}
