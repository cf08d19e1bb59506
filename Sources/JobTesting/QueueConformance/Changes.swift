internal import JobCore
internal import Testing

extension QueueConformance {
    static let feeding: [QueueCheck<any ChangeFeed & JobAdministration>] = [
        QueueCheck("every change of a job appears after the position that was there before") { queue, time in
            let retried = NewJob(JobSpec.test(steps: 2).retried(3))
            #expect(try await queue.changePosition() == 0)
            try await expectChange(of: retried.id, queue) { _ = try await queue.enqueue([retried]) }
            try await expectChange(of: retried.id, queue) {
                try await queue.apply(.edit(JobEdit(priority: 1)), to: retried.id)
            }
            let claim = try await queue.takeOne()
            let key = claim.key
            try await expectChange(of: retried.id, queue) {
                try await queue.apply(.stepSucceeded(key, step: 0, output: .none), to: retried.id)
            }
            try await expectChange(of: retried.id, queue) {
                let progress = JobProgress(fraction: 0.5)
                try await queue.apply(.heartbeat(key, lease: .seconds(10), progress: progress), to: retried.id)
            }
            try await expectChange(of: retried.id, queue) {
                try await queue.apply(.failed(key, .flaky), to: retried.id)
            }
            time.advance(by: .seconds(60))
            try await expectChange(of: retried.id, queue) { _ = try await queue.takeOne() }
            try await expectChange(of: retried.id, queue) { try await queue.apply(.cancel(), to: retried.id) }
            time.advance(by: .seconds(60))
            try await expectChange(of: retried.id, queue) { _ = try await queue.take() }
            try await expectChange(of: retried.id, queue) { _ = try await queue.delete([retried.id]) }
        },
        QueueCheck("what makes no new version appears nowhere") { queue, _ in
            let new = NewJob(.test())
            _ = try await queue.enqueue([new])
            let claim = try await queue.takeOne()
            let position = try await queue.changePosition()
            _ = try await queue.enqueue([new])
            try await queue.apply(.heartbeat(claim.key, lease: .seconds(20)), to: new.id)
            _ = try await queue.refusal(of: .retry, to: new.id)
            #expect(try await queue.changePosition() == position)
            #expect(try await queue.changes(after: position, limit: 10) == ChangePage(next: position))
        },
        QueueCheck("parts of any size add up to the whole feed, in order") { queue, _ in
            var ids: [JobID] = []
            for size in [1, 5, 3, 1] {
                let new = (0..<size).map { NewJob(.test("\($0)")) }
                ids += try await queue.enqueue(new).map(\.id)
            }
            for limit in [1, 2, 4, 100, .max] {
                var (found, position) = ([JobID](), Int64(0))
                for _ in 0..<100 {
                    let page = try await queue.changes(after: position, limit: limit)
                    #expect(!page.isGap && page.changes.allSatisfy { $0.position > position })
                    #expect(page.next == page.changes.last?.position ?? position)
                    if page.changes.isEmpty { break }
                    found += page.changes.map(\.job)
                    position = page.next
                }
                #expect(found == ids)
                #expect(try await queue.changePosition() == position)
            }
        },
        QueueCheck("a position that the store never gave is a gap, and the feed goes on from its end") { queue, _ in
            _ = try await queue.enqueue(.test())
            let latest = try await queue.changePosition()
            let page = try await queue.changes(after: latest + 1_000, limit: 10)
            #expect(page == ChangePage(next: latest, isGap: true))
        },
    ]

    private static func expectChange(
        of job: JobID, _ queue: any ChangeFeed & JobAdministration, sourceLocation: SourceLocation = #_sourceLocation,
        _ change: () async throws -> Void
    ) async throws {
        let position = try await queue.changePosition()
        try await change()
        let page = try await queue.changes(after: position, limit: 100)
        #expect(page.changes.contains { $0.job == job }, sourceLocation: sourceLocation)
        #expect(page.next == page.changes.last?.position && !page.isGap, sourceLocation: sourceLocation)
        #expect(try await queue.changePosition() == page.next, sourceLocation: sourceLocation)
    }
}
