internal import JobCore
internal import Synchronization
internal import Testing

extension QueueConformance {
    static let waiting: [QueueCheck<any WaitingClaims>] =
        [
            QueueCheck("a claim that waits gets what is stored, and nobody else does") { queue, _ in
                let wait = Wait(on: queue)
                var stored: [JobID] = []
                for _ in 0..<most where !wait.isOver {
                    stored.append(try await queue.enqueue(.test()).id)
                    await Task.yield()
                }
                wait.cancel()
                var claims = try await wait.claims
                #expect(claims.count == 1 && wait.wasTold, "one job, and when its lease began")
                claims += try await queue.claim(ClaimRequest(worker: "other", limit: stored.count, lease: .seconds(10)))
                #expect(Set(claims.map(\.job.id)) == Set(stored) && claims.count == stored.count)
                for claim in claims { try await queue.complete(claim) }
            },
            QueueCheck("a claim that waits passes over the jobs of other named queues") { queue, _ in
                let wait = Wait(on: queue)
                for _ in 0..<most where !wait.isOver {
                    _ = try await queue.enqueue(.test { $0.queue = "other" })
                    _ = try await queue.enqueue(.test())
                    await Task.yield()
                }
                wait.cancel()
                #expect(try await wait.claims.map(\.job.spec.queue) == [JobSpec.defaultQueue])
            },
            QueueCheck("a wait that is cancelled ends without jobs and takes none afterwards") { queue, _ in
                let wait = Wait(on: queue)
                wait.cancel()
                #expect(try await wait.claims.isEmpty)
                let id = try await queue.enqueue(.test()).id
                #expect(try await queue.takeOne().job.id == id)
            },
        ]

    /// After how many jobs a wait should long have been answered.
    private static let most = 10_000

    /// A claim of one job that waits, in a task of its own.
    private final class Wait: Sendable {
        private final class Notes: Sendable {
            let isOver = Atomic(false)
            let wasTold = Atomic(false)
        }

        private let notes: Notes
        private let task: Task<[Claim], any Error>

        init(on queue: any WaitingClaims) {
            let notes = Notes()
            self.notes = notes
            task = Task {
                defer { notes.isOver.store(true, ordering: .sequentiallyConsistent) }
                let request = ClaimRequest(worker: "waiting", limit: 1, lease: .seconds(10))
                return try await queue.claimWhenStored(request) { _ in
                    notes.wasTold.store(true, ordering: .sequentiallyConsistent)
                }
            }
        }

        var isOver: Bool { notes.isOver.load(ordering: .sequentiallyConsistent) }
        /// Whether it was told from when the lease counts.
        var wasTold: Bool { notes.wasTold.load(ordering: .sequentiallyConsistent) }
        var claims: [Claim] { get async throws { try await task.value } }
        func cancel() { task.cancel() }
    }
}
