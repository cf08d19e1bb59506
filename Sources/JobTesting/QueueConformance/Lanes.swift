internal import JobCore
internal import Testing

extension QueueConformance {
    static let lanes: [QueueCheck<any JobQueue>] = [
        QueueCheck("jobs of one lane run one at a time in order of submission, lanes run side by side") { queue, _ in
            _ = try await queue.enqueue(
                ["a1", "b1", "a2", "free", "b2", "a3"].map { name in
                    NewJob(.test(name) { $0.lane = name == "free" ? nil : String(name.prefix(1)) })
                })
            var order: [[String]] = []
            while case let claims = try await queue.take(), !claims.isEmpty {
                order.append(claims.map(\.job.spec.name))
                for claim in claims { try await queue.complete(claim) }
            }
            #expect(order == [["a1", "b1", "free"], ["a2", "b2"], ["a3"]])
        },
        QueueCheck("a lane spans named queues, and neither priority nor due time passes its first job") { queue, time in
            _ = try await queue.enqueue(.lane("first") { $0.notBefore = time.now + .seconds(60) })
            _ = try await queue.enqueue(
                .lane("second") {
                    $0.queue = "other"
                    $0.priority = -100
                })
            let names = [JobSpec.defaultQueue, "other"]
            #expect(try await queue.take(from: names).isEmpty)
            time.advance(by: .seconds(60))
            let claims = try await queue.take(from: names)
            #expect(claims.map(\.job.spec.name) == ["first"])
            for claim in claims { try await queue.complete(claim) }
            #expect(try await queue.take(from: names).map(\.job.spec.name) == ["second"])
        },
        QueueCheck("the lane waits while its first job waits for a retry or is snoozed") { queue, time in
            _ = try await queue.enqueue([NewJob(.lane("first").retried(3)), NewJob(.lane("second"))])
            let changes: [(LeaseKey) -> JobEvent.Change] = [
                { .failed($0, .flaky) }, { .snoozed($0, for: .seconds(1)) }, { .released($0, reason: "shutdown") },
            ]
            for change in changes {
                let claim = try await queue.takeOne()
                #expect(claim.job.spec.name == "first")
                let job = try await queue.apply(change(claim.key), to: claim.job.id)
                guard case .waiting(let until, _) = job.state, until > time.now else { continue }
                #expect(try await queue.take().isEmpty)
                time.advance(to: until)
            }
            let claim = try await queue.takeOne()
            try await queue.complete(claim)
            #expect(try await queue.take().map(\.job.spec.name) == ["second"])
        },
        QueueCheck("an expired lease of the first job is taken over before the lane goes on") { queue, time in
            _ = try await queue.enqueue([NewJob(.lane("first")), NewJob(.lane("second"))])
            _ = try await queue.takeOne()
            time.advance(by: .seconds(10))
            #expect(try await queue.take().map(\.job.spec.name) == ["first"])
        },
        QueueCheck("whatever ends the first job lets the lane go on") { queue, time in
            let jobs = try await queue.enqueue([
                NewJob(.lane("cancelled while it waits")), NewJob(.lane("cancelled while it runs")),
                NewJob(.lane("failed")), NewJob(.lane("lost").retried(1)),
                NewJob(.lane("late") { $0.deadline = .seconds(5) }), NewJob(.lane("last")),
            ])
            try await queue.apply(.cancel(), to: jobs[0].id)
            var claim = try await queue.takeOne()
            #expect(claim.job.id == jobs[1].id)
            try await queue.apply(.cancel(), to: claim.job.id)
            #expect(try await queue.take().isEmpty)
            try await queue.apply(.failed(claim.key, .flaky), to: claim.job.id)
            claim = try await queue.takeOne()
            #expect(claim.job.id == jobs[2].id)
            try await queue.apply(.failed(claim.key, .final), to: claim.job.id)
            #expect(try await queue.takeOne().job.id == jobs[3].id)
            time.advance(by: .seconds(10))
            // One or two claims may be needed: the lost and the late job end on the way.
            var last: [Claim] = []
            for _ in 0..<3 where last.isEmpty { last = try await queue.take() }
            #expect(last.map(\.job.spec.name) == ["last"])
            #expect(try await queue.stored(jobs[3].id).phase == .poisoned)
            #expect(try await queue.stored(jobs[4].id).phase == .failed)
        },
        QueueCheck("a job in the middle of a lane can be cancelled") { queue, _ in
            let jobs = try await queue.enqueue(["first", "second", "third"].map { NewJob(.lane($0)) })
            try await queue.apply(.cancel(), to: jobs[1].id)
            let claim = try await queue.takeOne()
            #expect(try await queue.take().isEmpty)
            try await queue.complete(claim)
            #expect(try await queue.takeOne().job.spec.name == "third")
        },
        QueueCheck("a job brought back by hand does not run beside its lane's first job, and comes next") { queue, _ in
            let jobs = try await queue.enqueue(["first", "second", "third"].map { NewJob(.lane($0)) })
            try await queue.apply(.failed(try await queue.takeOne().key, .final), to: jobs[0].id)
            let second = try await queue.takeOne()
            try await queue.apply(.retry, to: jobs[0].id)
            #expect(try await queue.take().isEmpty)
            try await queue.complete(second)
            let first = try await queue.takeOne()
            #expect(first.job.spec.name == "first")
            #expect(try await queue.take().isEmpty)
            try await queue.complete(first)
            #expect(try await queue.takeOne().job.spec.name == "third")
        },
        QueueCheck("a job brought back by hand into an empty lane runs, and later jobs wait for it") { queue, _ in
            let first = try await queue.enqueue(.lane("first"))
            try await queue.apply(.cancel(), to: first.id)
            try await queue.apply(.retry, to: first.id)
            _ = try await queue.enqueue(.lane("second"))
            let claim = try await queue.takeOne()
            #expect(claim.job.id == first.id)
            #expect(try await queue.take().isEmpty)
            try await queue.complete(claim)
            #expect(try await queue.takeOne().job.spec.name == "second")
        },
        QueueCheck("a long lane is worked off in order") { queue, _ in
            let names = (0..<50).map { "job \($0)" }
            _ = try await queue.enqueue(names.map { NewJob(.lane($0)) })
            var order: [String] = []
            while let claim = try await queue.take().first {
                order.append(claim.job.spec.name)
                try await queue.complete(claim)
            }
            #expect(order == names)
        },
        QueueCheck("a job that one call finishes and brings back goes behind the next of its lane") { queue, _ in
            let jobs = try await queue.enqueue([NewJob(.lane("first")), NewJob(.lane("second"))])
            let changes: [JobEvent.Change] = [.cancel(), .retry]
            for result in try await queue.apply(changes.map { JobEvent($0, of: jobs[0].id) }) { _ = try result.get() }
            #expect(try await queue.take().map(\.job.spec.name) == ["second"])
        },
        QueueCheck("a job past its deadline is finished also where its lane keeps it back") { queue, time in
            let jobs = try await queue.enqueue([
                NewJob(.lane("first")), NewJob(.lane("late") { $0.deadline = .seconds(5) }),
            ])
            _ = try await queue.takeOne(for: .seconds(60))
            time.advance(by: .seconds(5))
            #expect(try await queue.take(from: ["other"]).isEmpty)
            #expect(try await queue.stored(jobs[1].id).status(at: time.now) == .failed)
        },
    ]
}

extension JobSpec {
    /// A job of the one lane that the checks use.
    static func lane(_ name: String, _ adjust: (inout JobSpec) -> Void = { _ in }) -> JobSpec {
        test(name) { spec in
            spec.lane = "lane"
            adjust(&spec)
        }
    }
}
