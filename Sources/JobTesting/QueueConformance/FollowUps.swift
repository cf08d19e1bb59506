internal import JobCore
internal import Testing

extension JobSpec {
    fileprivate static func calling(_ callbacks: Callback...) -> JobSpec {
        .test { $0.callbacks = callbacks }
    }
}

extension QueueConformance {
    static let followingUp: [QueueCheck<any JobQueue>] = [
        QueueCheck("a finished job leaves one job for each callback of its outcome") { queue, _ in
            let id = try await queue.enqueue(
                .calling(
                    Callback(url: "https://a.example/"), Callback(url: "https://b.example/", on: [.failed]),
                    Callback(url: "https://c.example/", on: [.succeeded, .cancelled]))
            ).id
            #expect(try await queue.take(from: [JobSpec.callbacksQueue]).isEmpty)
            let finished = try await queue.complete(try await queue.takeOne())
            let claims = try await queue.take(from: [JobSpec.callbacksQueue])
            #expect(claims.map(\.job.id) == finished.followUps.map(\.id))
            #expect(claims.map(\.job.spec) == finished.followUps.map(\.spec))
            #expect(claims.count == 2)
            #expect(claims.allSatisfy { $0.job.spec.tags == ["callbackFor": id.description] })
        },
        QueueCheck("a failure, a cancel and a vanished worker are told too") { queue, time in
            let url = "https://a.example/"
            let failing = try await queue.enqueue(.calling(Callback(url: url, on: [.failed]))).id
            try await queue.apply(.failed(try await queue.takeOne().key, .final), to: failing)
            let unwanted = try await queue.enqueue(.calling(Callback(url: url, on: [.cancelled]))).id
            try await queue.apply(.cancel(), to: unwanted)
            var spec = JobSpec.calling(Callback(url: url, on: [.poisoned]))
            spec.retry = RetryOptions(limit: 1)
            let lost = try await queue.enqueue(spec).id
            _ = try await queue.takeOne()
            time.advance(by: .seconds(10))
            #expect(try await queue.take().isEmpty)
            let told = try await queue.take(from: [JobSpec.callbacksQueue]).map { $0.job.spec.tags["callbackFor"] }
            #expect(Set(told) == [failing.description, unwanted.description, lost.description])
        },
        QueueCheck("a job without steps tells its success at once") { queue, _ in
            var spec = JobSpec.calling(Callback(url: "https://a.example/"))
            spec.steps = []
            let new = NewJob(spec)
            for _ in 0..<2 { _ = try await queue.enqueue([new]) }
            #expect(try await queue.take(from: [JobSpec.callbacksQueue]).count == 1)
        },
        QueueCheck("a report that is repeated leaves nothing twice, a job that ends again does") { queue, _ in
            let id = try await queue.enqueue(.calling(Callback(url: "https://a.example/"))).id
            let claim = try await queue.takeOne()
            let end = JobEvent(.failed(claim.key, .final), of: id)
            _ = try await queue.apply([end, end])
            #expect(try await queue.take(from: [JobSpec.callbacksQueue]).count == 1)
            try await queue.apply(.retry, to: id)
            try await queue.complete(try await queue.takeOne())
            #expect(try await queue.take(from: [JobSpec.callbacksQueue]).count == 1)
        },
    ]
}
