internal import JobCore
internal import Testing

extension QueueConformance {
    static let editing: [QueueCheck<any JobQueue>] = [
        QueueCheck("a waiting job can be changed, and is claimed in its new place") { queue, _ in
            let jobs = try await queue.enqueue(["a", "b", "c"].map { NewJob(.test($0)) })
            let edit = JobEdit(priority: -5, tags: ["team": "data"])
            let job = try await queue.apply(.edit(edit, ifVersion: 1), to: jobs[2].id)
            #expect(job.spec.priority == -5 && job.spec.tags == ["team": "data"] && job.version == 2)
            #expect(job.spec.name == "c" && job.spec.steps == jobs[2].spec.steps)
            #expect(try await queue.stored(job.id) == job)
            #expect(try await queue.take().map(\.job.spec.name) == ["c", "a", "b"])
        },
        QueueCheck("a job can be moved to another named queue, and only that one hands it out") { queue, _ in
            let id = try await queue.enqueue(.test()).id
            let job = try await queue.apply(.edit(JobEdit(queue: "other")), to: id)
            #expect(try await queue.take().isEmpty)
            let claims = try await queue.take(from: ["other"])
            #expect(claims.map(\.job.id) == [id])
            #expect(claims.first?.job.spec == job.spec)
            try await queue.complete(try #require(claims.first))
            #expect(try await queue.stored(id).spec.queue == "other")
        },
        QueueCheck("a job can be put off, and called back") { queue, time in
            let id = try await queue.enqueue(.test()).id
            let later = try await queue.apply(.edit(JobEdit(notBefore: time.now + .seconds(60))), to: id)
            #expect(later.status(at: time.now) == .scheduled)
            #expect(try await queue.take().isEmpty)
            let back = try await queue.apply(.edit(JobEdit(notBefore: time.now - .seconds(5))), to: id)
            #expect(back.status(at: time.now) == .queued)
            #expect(try await queue.take().map(\.job.id) == [id])
        },
        QueueCheck("a new deadline counts from when the job is due") { queue, time in
            let due = time.now + .seconds(10)
            let id = try await queue.enqueue(.test { $0.notBefore = due }).id
            let job = try await queue.apply(.edit(JobEdit(deadline: .seconds(5))), to: id)
            #expect(job.deadlineAt == due + .seconds(5))
            time.advance(by: .seconds(15))
            #expect(try await queue.take().isEmpty)
            #expect(try await queue.stored(id).failure?.code == .deadlineExceeded)
        },
        QueueCheck("a job that waits for a retry can be changed and keeps its attempts") { queue, time in
            let id = try await queue.enqueue(.test().retried(3)).id
            let claim = try await queue.takeOne()
            try await queue.apply(.failed(claim.key, .flaky), to: id)
            let job = try await queue.apply(.edit(JobEdit(notBefore: .epoch, deadline: .seconds(1))), to: id)
            #expect(job.state == .waiting(until: time.now, reason: .retry))
            #expect(job.steps[0].attempts == 1 && job.deadlineAt == nil)
            #expect(try await queue.takeOne().job.steps[0].attempts == 2)
        },
        QueueCheck("a change for another version of the job is refused") { queue, _ in
            let id = try await queue.enqueue(.test()).id
            try await queue.apply(.edit(JobEdit(priority: 1), ifVersion: 1), to: id)
            let refusal = try await queue.refusal(of: .edit(JobEdit(priority: 2), ifVersion: 1), to: id)
            #expect(refusal == .versionMismatch(current: 2))
            #expect(try await queue.stored(id).spec.priority == 1)
        },
        QueueCheck("running and finished jobs cannot be changed") { queue, _ in
            let id = try await queue.enqueue(.test()).id
            let claim = try await queue.takeOne()
            let change = JobEvent.Change.edit(JobEdit(priority: 2))
            #expect(try await queue.refusal(of: change, to: id) == .notWaiting(.running))
            try await queue.complete(claim)
            #expect(try await queue.refusal(of: change, to: id) == .notWaiting(.succeeded))
        },
        QueueCheck("a change that changes nothing makes no version") { queue, _ in
            let job = try await queue.enqueue(.test())
            #expect(try await queue.apply(.edit(JobEdit(priority: 0)), to: job.id) == job)
            #expect(try await queue.apply(.edit(JobEdit()), to: job.id) == job)
        },
        QueueCheck("values that no job may have are refused by their names") { queue, _ in
            let job = try await queue.enqueue(.test())
            let edit = JobEdit(priority: 2_000_000, queue: "no queue", tags: ["": "x"])
            guard case .invalidEdit(let fault)? = try await queue.refusal(of: .edit(edit), to: job.id) else {
                Issue.record("the change was not refused")
                return
            }
            #expect(fault.issues.map(\.path) == ["priority", "queue", "tags."])
            #expect(try await queue.stored(job.id) == job)
        },
    ]
}
