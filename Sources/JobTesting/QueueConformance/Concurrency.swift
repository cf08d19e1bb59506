internal import JobCore
internal import Testing

extension QueueConformance {
    static let concurrency: [QueueCheck<any JobQueue>] = [
        QueueCheck("claims of parallel workers are disjoint and together complete") { queue, _ in
            let jobs = try await queue.enqueue((0..<240).map { NewJob(.test("\($0)")) })
            let claims = try await inParallel(8) { worker in
                var claims: [Claim] = []
                while case let more = try await queue.take(7, as: "w\(worker)"), !more.isEmpty { claims += more }
                return claims
            }
            #expect(claims.count == jobs.count)
            #expect(Set(claims.map(\.job.id)) == Set(jobs.map(\.id)))
        },
        QueueCheck("jobs enqueued and worked off in parallel all end, each exactly once") { queue, time in
            let total = 160
            let finished = try await inParallel(8) { index in
                var finished: [JobID] = []
                if index < 4 {
                    for part in 0..<4 {
                        _ = try await queue.enqueue((0..<10).map { NewJob(.test("\(index)-\(part)-\($0)", steps: 2)) })
                    }
                }
                while case let claims = try await queue.take(3, as: "w\(index)"), !claims.isEmpty {
                    for claim in claims { finished.append(try await queue.complete(claim).id) }
                }
                return finished
            }
            // Whoever found nothing early has left; nobody enqueues any more, so the rest is worked off here.
            var all = finished
            while case let claims = try await queue.take(50), !claims.isEmpty {
                for claim in claims { all.append(try await queue.complete(claim).id) }
            }
            #expect(all.count == total)
            #expect(Set(all).count == total)
            for id in all { #expect(try await queue.stored(id).status(at: time.now) == .succeeded) }
        },
        QueueCheck("of parallel enqueues of one id or one unique key, one stores its job") { queue, _ in
            let id = JobID()
            let byID = try await inParallel(8) { index in try await queue.enqueue([NewJob(.test("id\(index)"), id: id)])
            }
            #expect(Set(byID.map(\.spec.name)).count == 1)
            let byKey = try await inParallel(8) { index in
                [try await queue.enqueue(.test("key\(index)") { $0.unique = UniqueKey("k") })]
            }
            #expect(Set(byKey.map(\.id)).count == 1)
            #expect(try await queue.take(100).count == 2)
        },
        QueueCheck("of parallel settlements of one lease, one wins and the others are refused") { queue, _ in
            let id = try await queue.enqueue(.test().retried(5)).id
            let key = try await queue.takeOne().key
            let results = try await inParallel(6) { index in
                let change: JobEvent.Change = index % 2 == 0 ? .failed(key, .final) : .released(key, reason: "r")
                return try await queue.apply([JobEvent(change, of: id)])
            }
            let won = results.compactMap { try? $0.get() }
            #expect(won.count == 1)
            #expect(try await queue.stored(id) == won.first)
        },
        QueueCheck("jobs of a lane never run side by side under parallel workers") { queue, _ in
            _ = try await queue.enqueue(
                (0..<40).map { index in NewJob(.test("\(index)") { $0.lane = "\(index % 2)" }) })
            let running = EventLog<(lane: String, change: Int)>()
            let order = try await inParallel(6) { worker in
                var order: [Claim] = []
                while case let claims = try await queue.take(4, as: "w\(worker)"), !claims.isEmpty {
                    for claim in claims {
                        running.record((claim.job.spec.lane ?? "", 1))
                        order.append(claim)
                        running.record((claim.job.spec.lane ?? "", -1))
                        try await queue.complete(claim)
                    }
                }
                return order
            }
            var depth: [String: Int] = [:]
            for event in running.events {
                depth[event.lane, default: 0] += event.change
                #expect((0...1).contains(depth[event.lane] ?? 0))
            }
            #expect(Set(order.map(\.job.id)).count == order.count)
        },
    ]
}

/// Runs `body` in so many tasks and returns all that they returned, in no order.
private func inParallel<Element: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) async throws -> [Element]
) async throws -> [Element] {
    try await withThrowingTaskGroup(of: [Element].self) { group in
        for index in 0..<count { group.addTask { try await body(index) } }
        return try await group.reduce(into: []) { $0 += $1 }
    }
}
