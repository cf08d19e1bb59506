internal import JobCore
internal import Testing

extension QueueConformance {
    static let signalling: [QueueCheck<any QueueSignals>] =
        [
            QueueCheck("enqueue wakes those who wait for work in its named queue") { queue, _ in
                let signals = queue.signals(for: .work(queues: ["a", "b"]))
                _ = try await queue.enqueue(.test { $0.queue = "b" })
                await expectSignal(signals)
            },
            QueueCheck("a retry, snooze, release and retry by hand wake those who wait for work") { queue, time in
                let id = try await queue.enqueue(.test().retried(1)).id
                let changes: [(LeaseKey) -> JobEvent.Change] = [
                    { .snoozed($0, for: .seconds(1)) }, { .released($0, reason: "shutdown") },
                ]
                for change in changes {
                    let claim = try await queue.takeOne()
                    let signals = queue.signals(for: .work(queues: [JobSpec.defaultQueue]))
                    try await queue.apply(change(claim.key), to: id)
                    await expectSignal(signals)
                    time.advance(by: .seconds(1))
                }
                try await queue.apply(.cancel(), to: id)
                let signals = queue.signals(for: .work(queues: [JobSpec.defaultQueue]))
                try await queue.apply(.retry, to: id)
                await expectSignal(signals)
            },
            QueueCheck("a cancel of a running job wakes the workers of its named queue") { queue, _ in
                let id = try await queue.enqueue(.test()).id
                _ = try await queue.takeOne()
                let signals = queue.signals(for: .work(queues: [JobSpec.defaultQueue]))
                try await queue.apply(.cancel(), to: id)
                await expectSignal(signals)
            },
            QueueCheck("the end of a lane's first job wakes the workers of the next one's named queue") { queue, _ in
                _ = try await queue.enqueue([NewJob(.lane("first")), NewJob(.lane("second") { $0.queue = "other" })])
                let claim = try await queue.takeOne()
                let signals = queue.signals(for: .work(queues: ["other"]))
                try await queue.complete(claim)
                await expectSignal(signals)
            },
            QueueCheck("those who watch a job or everything hear of each of its changes") { queue, _ in
                let id = try await queue.enqueue(.test(steps: 2)).id
                let interests: [SignalInterest] = [.job(id), .everything]
                for interest in interests {
                    let claimed = queue.signals(for: interest)
                    let claim = try await queue.takeOne()
                    await expectSignal(claimed)
                    let progressed = queue.signals(for: interest)
                    let progress = JobProgress(fraction: 0.5, message: "\(interest)")
                    try await queue.apply(.heartbeat(claim.key, lease: .seconds(10), progress: progress), to: id)
                    await expectSignal(progressed)
                    let released = queue.signals(for: interest)
                    try await queue.apply(.released(claim.key, reason: "shutdown"), to: id)
                    await expectSignal(released)
                }
                let finished = interests.map { queue.signals(for: $0) }
                let claim = try await queue.takeOne()
                try await queue.complete(claim)
                for signals in finished { await expectSignal(signals) }
            },
            QueueCheck("what happened while nobody listened is found by looking after subscribing") { queue, _ in
                _ = try await queue.enqueue(.test())
                _ = queue.signals(for: .work(queues: [JobSpec.defaultQueue]))
                #expect(try await queue.take().count == 1)
            },
            QueueCheck("the stream ends when its reader is cancelled") { queue, _ in
                let reader = Task { for await _ in queue.signals(for: .everything) {} }
                reader.cancel()
                await reader.value
            },
        ] + dueTimes
    static let dueTimes: [QueueCheck<any QueueSignals>] = [
        QueueCheck("the next due time is the earliest of waiting jobs and leases in the named queues") { queue, time in
            let start = time.now
            let names = [JobSpec.defaultQueue, "other"]
            #expect(try await queue.nextDue(in: names) == nil)
            _ = try await queue.enqueue([
                NewJob(.test { $0.notBefore = start + .seconds(60) }),
                NewJob(
                    .test {
                        $0.notBefore = start + .seconds(30)
                        $0.queue = "other"
                    }),
            ])
            #expect(try await queue.nextDue(in: names) == start + .seconds(30))
            #expect(try await queue.nextDue(in: [JobSpec.defaultQueue]) == start + .seconds(60))
            #expect(try await queue.nextDue(in: ["none"]) == nil)
            #expect(try await queue.nextDue(in: []) == nil)
            time.advance(by: .seconds(60))
            let claims = try await queue.take(from: names, for: .seconds(10))
            #expect(try await queue.nextDue(in: names) == time.now + .seconds(10))
            let beat = JobEvent.Change.heartbeat(claims[0].key, lease: .seconds(25))
            try await queue.apply(beat, to: claims[0].job.id)
            try await queue.complete(claims[1])
            #expect(try await queue.nextDue(in: names) == time.now + .seconds(25))
            try await queue.complete(claims[0])
            #expect(try await queue.nextDue(in: names) == nil)
        },
        QueueCheck("a due job makes a due time that is not in the future") { queue, time in
            _ = try await queue.enqueue(.test())
            let due = try #require(await queue.nextDue(in: [JobSpec.defaultQueue]))
            #expect(due <= time.now)
        },
        QueueCheck("a job that its lane keeps back does not make a due time in the past") { queue, time in
            _ = try await queue.enqueue([NewJob(.lane("first")), NewJob(.lane("second"))])
            let claim = try await queue.takeOne(for: .seconds(10))
            #expect(try await queue.nextDue(in: [JobSpec.defaultQueue]) == claim.lease.expiresAt)
            #expect(try await queue.take().isEmpty)
        },
        QueueCheck("a worker finds the running jobs that it was asked to stop") { queue, time in
            let jobs = try await queue.enqueue((0..<4).map { NewJob(.test("\($0)")) })
            let mine = try await queue.take(3, as: "mine")
            _ = try await queue.take(1, as: "theirs")
            for job in jobs {
                #expect(try await queue.apply(.cancel(), to: job.id).status(at: time.now) == .cancelling)
            }
            #expect(Set(try await queue.cancelRequests(for: "mine")) == Set(mine.map(\.job.id)))
            #expect(try await queue.cancelRequests(for: "theirs").count == 1)
            #expect(try await queue.cancelRequests(for: "nobody").isEmpty)
            try await queue.apply(.released(mine[0].key, reason: "stopped"), to: mine[0].job.id)
            try await queue.complete(mine[1])
            #expect(try await queue.cancelRequests(for: "mine") == [mine[2].job.id])
        },
    ]
}

extension QueueConformance {
    /// Waits for one signal; the test's time limit is the net.
    static func expectSignal(
        _ signals: AsyncStream<Void>, sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        var signals = signals.makeAsyncIterator()
        let came = await signals.next() != nil
        #expect(came, "the stream ended without a signal", sourceLocation: sourceLocation)
    }
}
