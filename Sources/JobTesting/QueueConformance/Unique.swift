internal import JobCore
internal import Testing

extension QueueConformance {
    static let uniqueKeys: [QueueCheck<any JobQueue>] =
        [
            QueueCheck("a unique key that another job holds stores nothing and returns that job") { queue, _ in
                let first = try await queue.enqueue(.test("first") { $0.unique = UniqueKey("k") })
                let second = try await queue.enqueue(.test("second") { $0.unique = UniqueKey("k") })
                #expect(second == first)
                let other = try await queue.enqueue(.test("other") { $0.unique = UniqueKey("l") })
                #expect(other.spec.name == "other")
                #expect(try await queue.take().map(\.job.spec.name) == ["first", "other"])
            },
            QueueCheck("a unique key that stands twice in one call is stored once") { queue, _ in
                let jobs = try await queue.enqueue(
                    ["first", "second"].map { name in NewJob(.test(name) { $0.unique = UniqueKey("k") }) })
                #expect(jobs.map(\.spec.name) == ["first", "first"])
                #expect(try await queue.take().count == 1)
            },
            QueueCheck("by default a key is free again when its job has finished") { queue, _ in
                let spec = JobSpec.test { $0.unique = UniqueKey("k") }
                let first = try await queue.enqueue(spec)
                let claim = try await queue.takeOne()
                #expect(try await queue.enqueue(spec).id == first.id)
                try await queue.complete(claim)
                #expect(try await queue.enqueue(spec).id != first.id)
            },
        ]
        + UniqueKey.Phase.allCases.map { phase in
            QueueCheck("a key that is held while \(phase.rawValue) is held exactly then") { queue, time in
                let spec = JobSpec.test { $0.unique = UniqueKey("k", while: [phase]) }
                for reached in UniqueKey.Phase.allCases {
                    var own = spec
                    own.unique?.key = "k-\(reached.rawValue)"
                    let job = try await queue.enqueue(own)
                    try await queue.bring(job.id, to: reached, time)
                    #expect(try await queue.stored(job.id).phase == reached)
                    let again = try await queue.enqueue(own)
                    #expect((again.id == job.id) == (reached == phase), "\(reached.rawValue)")
                    // What was stored anew must not be claimed in place of the next round's job.
                    if again.id != job.id { try await queue.apply(.cancel(), to: again.id) }
                    if reached == .waiting { try await queue.apply(.cancel(), to: job.id) }
                }
            }
        }
}

extension JobQueue {
    /// Brings the only waiting job into a phase; running jobs may lose their leases on the way.
    fileprivate func bring(_ id: JobID, to phase: UniqueKey.Phase, _ time: ManualTime) async throws {
        switch phase {
        case .waiting: break
        case .cancelled: try await apply(.cancel(), to: id)
        case .running: _ = try await takeOne()
        case .succeeded: try await complete(try await takeOne())
        case .failed: try await apply(.failed(try await takeOne().key, .final), to: id)
        case .poisoned:
            for _ in 0..<RetryPolicy.lossesAllowedByDefault {
                _ = try await take()
                time.advance(by: .seconds(10))
            }
            #expect(try await take().isEmpty)
        }
    }
}
