internal import JobCore
internal import Testing

extension QueueConformance {
    static let controlling: [QueueCheck<any QueueControl & QueueSignals>] = [
        QueueCheck("settings are kept by name, and standard ones are not kept") { queue, _ in
            #expect(try await queue.queueSettings().isEmpty)
            try await queue.setQueueSettings(NamedQueueSettings(isPaused: true), for: "a")
            try await queue.setQueueSettings(NamedQueueSettings(isPaused: true, concurrency: 7), for: "b")
            try await queue.setQueueSettings(NamedQueueSettings(concurrency: 3), for: "b")
            #expect(
                try await queue.queueSettings()
                    == ["a": NamedQueueSettings(isPaused: true), "b": NamedQueueSettings(concurrency: 3)])
            try await queue.setQueueSettings(NamedQueueSettings(), for: "a")
            #expect(try await queue.queueSettings().keys.sorted() == ["b"])
        },
        QueueCheck("settings that make no sense are refused") { queue, _ in
            for (settings, name) in [
                (NamedQueueSettings(concurrency: 0), "a"), (NamedQueueSettings(concurrency: -1), "a"),
                (NamedQueueSettings(isPaused: true), ""), (NamedQueueSettings(isPaused: true), "no queue"),
            ] {
                let error = await #expect(throws: QueueError.self) {
                    try await queue.setQueueSettings(settings, for: name)
                }
                #expect(error?.code == .invalidRequest)
            }
            let found1 = try await queue.queueSettings()
            #expect(found1.isEmpty)
        },
        QueueCheck("a paused queue hands out nothing, what runs goes on, and others are not concerned") { queue, _ in
            let running = try await queue.enqueue(.test()).id
            let claim = try await queue.takeOne()
            _ = try await queue.enqueue([NewJob(.test("kept")), NewJob(.test("other") { $0.queue = "other" })])
            try await queue.setQueueSettings(NamedQueueSettings(isPaused: true), for: JobSpec.defaultQueue)
            let names = [JobSpec.defaultQueue, "other"]
            #expect(try await queue.take(from: names).map(\.job.spec.name) == ["other"])
            try await queue.apply(.heartbeat(claim.key, lease: .seconds(10)), to: running)
            #expect(try await queue.complete(claim).isFinished)
            try await queue.setQueueSettings(NamedQueueSettings(), for: JobSpec.defaultQueue)
            #expect(try await queue.take(from: names).map(\.job.spec.name) == ["kept"])
        },
        QueueCheck("a paused queue keeps expired leases, ends late jobs, and makes no due time") { queue, time in
            let lost = try await queue.enqueue(.test().retried(3)).id
            _ = try await queue.takeOne()
            let late = try await queue.enqueue(.test { $0.deadline = .seconds(5) }).id
            try await queue.setQueueSettings(NamedQueueSettings(isPaused: true), for: JobSpec.defaultQueue)
            time.advance(by: .seconds(20))
            #expect(try await queue.nextDue(in: [JobSpec.defaultQueue]) == nil)
            #expect(try await queue.take().isEmpty)
            #expect(try await queue.stored(late).failure?.code == .deadlineExceeded)
            #expect(try await queue.stored(lost).lease != nil)
            try await queue.setQueueSettings(NamedQueueSettings(), for: JobSpec.defaultQueue)
            #expect(try await queue.take().map(\.job.id) == [lost])
        },
        QueueCheck("resuming wakes the workers of the queue") { queue, _ in
            try await queue.setQueueSettings(NamedQueueSettings(isPaused: true), for: "q")
            let signals = queue.signals(for: .work(queues: ["q"]))
            try await queue.setQueueSettings(NamedQueueSettings(), for: "q")
            await expectSignal(signals)
        },
        QueueCheck("at most so many jobs of a queue run at once, whoever asks and in however many claims") { queue, _ in
            try await queue.setQueueSettings(NamedQueueSettings(concurrency: 3), for: JobSpec.defaultQueue)
            _ = try await queue.enqueue((0..<6).map { NewJob(.test("\($0)")) })
            let first = try await queue.take(2, as: "a")
            let second = try await queue.take(5, as: "b")
            #expect(first.count == 2 && second.count == 1)
            #expect(try await queue.take(as: "c").isEmpty)
            try await queue.complete(first[0])
            #expect(try await queue.take(as: "c").map(\.job.spec.name) == ["3"])
        },
        QueueCheck("a queue that is named twice in a claim has its room once") { queue, _ in
            try await queue.setQueueSettings(NamedQueueSettings(concurrency: 1), for: "q")
            _ = try await queue.enqueue((0..<3).map { _ in NewJob(.test { $0.queue = "q" }) })
            #expect(try await queue.take(from: ["q", "q"]).count == 1)
        },
        QueueCheck("the end of a job wakes those who wait for its place") { queue, _ in
            try await queue.setQueueSettings(NamedQueueSettings(concurrency: 1), for: JobSpec.defaultQueue)
            _ = try await queue.enqueue([NewJob(.test()), NewJob(.test())])
            let claim = try await queue.takeOne()
            let signals = queue.signals(for: .work(queues: [JobSpec.defaultQueue]))
            try await queue.complete(claim)
            await expectSignal(signals)
            #expect(try await queue.take().count == 1)
        },
        QueueCheck("a full queue is due when the first of its leases runs out, and then gives one job") { queue, time in
            try await queue.setQueueSettings(NamedQueueSettings(concurrency: 1), for: JobSpec.defaultQueue)
            _ = try await queue.enqueue([NewJob(.test("a").retried(5)), NewJob(.test("b"))])
            let claim = try await queue.takeOne(for: .seconds(10))
            #expect(try await queue.nextDue(in: [JobSpec.defaultQueue]) == claim.lease.expiresAt)
            time.advance(by: .seconds(10))
            let due = try #require(try await queue.nextDue(in: [JobSpec.defaultQueue]))
            #expect(due <= time.now)
            #expect(try await queue.take().count == 1)
            #expect(try await queue.take().isEmpty)
        },
        QueueCheck("a lower limit stops nothing that runs") { queue, _ in
            _ = try await queue.enqueue((0..<4).map { _ in NewJob(.test()) })
            let claims = try await queue.take(3)
            try await queue.setQueueSettings(NamedQueueSettings(concurrency: 1), for: JobSpec.defaultQueue)
            for claim in claims.dropLast() {
                #expect(try await queue.take().isEmpty)
                try await queue.complete(claim)
            }
            #expect(try await queue.take().isEmpty)
            try await queue.complete(claims[2])
            #expect(try await queue.take().count == 1)
        },
    ]
}
