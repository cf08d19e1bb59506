internal import JobCore
internal import Testing

extension QueueConformance {
    static let deleting: [QueueCheck<any JobAdministration>] = [
        QueueCheck("a deleted job is gone, and its id and unique key are free") { queue, _ in
            let new = NewJob(.test { $0.unique = UniqueKey("key", while: Set(UniqueKey.Phase.allCases)) })
            _ = try await queue.enqueue([new])
            try await queue.complete(try await queue.takeOne())
            let results = try await queue.delete([new.id])
            #expect(results.map(\.refusal) == [nil])
            #expect(try await queue.job(new.id) == nil)
            let again = try await queue.enqueue([new])[0]
            #expect(again.version == 1 && !again.isFinished)
        },
        QueueCheck("unfinished and unknown jobs are refused, and keep no other from being deleted") { queue, time in
            let waiting = try await queue.enqueue(.test { $0.notBefore = time.now + .seconds(9) }).id
            let running = try await queue.enqueue(.test()).id
            _ = try await queue.takeOne()
            let finished = try await queue.enqueue(.test()).id
            try await queue.apply(.cancel(), to: finished)
            let results = try await queue.delete([waiting, JobID(), running, finished, finished])
            let refusals: [TransitionRefused?] = [
                .stillAlive(.scheduled), .unknownJob, .stillAlive(.running), nil, .unknownJob,
            ]
            #expect(results.map(\.refusal) == refusals)
            #expect(try await queue.job(waiting) != nil)
            #expect(try await queue.job(running) != nil)
            #expect(try await queue.job(finished) == nil)
        },
        QueueCheck("a deleted job of a lane does not disturb those that wait") { queue, _ in
            let jobs = try await queue.enqueue(["a", "b"].map { name in NewJob(.test(name) { $0.lane = "lane" }) })
            try await queue.apply(.cancel(), to: jobs[0].id)
            _ = try await queue.delete([jobs[0].id])
            #expect(try await queue.take().map(\.job.id) == [jobs[1].id])
        },
    ]
}

extension Result where Success == Void, Failure == TransitionRefused {
    fileprivate var refusal: TransitionRefused? {
        if case .failure(let refusal) = self { refusal } else { nil }
    }
}
