internal import JobCore
internal import Testing

extension QueueConformance {
    static let stepping: [QueueCheck<any JobQueue>] = [
        QueueCheck("a finished step is stored with its output before the next one begins") { queue, time in
            let id = try await queue.enqueue(.test(steps: 2)).id
            let claim = try await queue.takeOne()
            time.advance(by: .seconds(1))
            let output = StepOutput(
                exitCode: 0, status: 200, headers: ["etag": "\"x\""], body: "text\u{0}é",
                json: ["n": [1, 2.5, nil]], isTruncated: true, details: ["skipped": ["b"]])
            let job = try await queue.apply(.stepSucceeded(claim.key, step: 0, output: output), to: id)
            #expect(job.cursor == 1)
            #expect(job.steps.map(\.status) == [.succeeded, .running])
            #expect(job.steps[0].finishedAt == time.now)
            #expect(job.steps[1].startedAt == time.now)
            #expect(job.outputs == ["step0": output])
            #expect(try await queue.stored(id) == job)
        },
        QueueCheck("a job whose worker vanished between steps goes on at the next one, with the outputs") {
            queue, time in
            let id = try await queue.enqueue(.test(steps: 3)).id
            let first = try await queue.takeOne(as: "w1")
            let outputs = ["step0": StepOutput(exitCode: 0), "step1": StepOutput(json: ["rows": 7])]
            for step in 0..<2 {
                let output = outputs["step\(step)"] ?? .none
                try await queue.apply(.stepSucceeded(first.key, step: step, output: output), to: id)
            }
            time.advance(by: .seconds(10))
            let second = try await queue.takeOne(as: "w2")
            #expect(second.job.cursor == 2)
            #expect(second.job.outputs == outputs)
            #expect(second.job.steps.map(\.attempts) == [1, 1, 2])
            let job = try await queue.complete(second)
            #expect(job.status(at: time.now) == .succeeded)
        },
        QueueCheck("a step that is reported again by the same lease changes nothing") { queue, _ in
            let id = try await queue.enqueue(.test(steps: 2)).id
            let key = try await queue.takeOne().key
            let once = try await queue.apply(.stepSucceeded(key, step: 0, output: StepOutput(exitCode: 0)), to: id)
            let twice = try await queue.apply(.stepSucceeded(key, step: 0, output: StepOutput(exitCode: 9)), to: id)
            #expect(twice == once)
            #expect(try await queue.stored(id) == once)
        },
        QueueCheck("steps are taken in their order only") { queue, _ in
            let id = try await queue.enqueue(.test(steps: 3)).id
            let claim = try await queue.takeOne()
            for step in [1, 2, 3, -1] {
                let change = JobEvent.Change.stepSucceeded(claim.key, step: step, output: .none)
                #expect(try await queue.refusal(of: change, to: id) == .wrongStep(expected: 0))
            }
            #expect(try await queue.stored(id) == claim.job)
        },
        QueueCheck("a job with unfinished steps cannot succeed") { queue, _ in
            let id = try await queue.enqueue(.test(steps: 2)).id
            let claim = try await queue.takeOne()
            #expect(try await queue.refusal(of: .succeeded(claim.key), to: id) == .stepsRemain(next: 0))
        },
        QueueCheck("each step has attempts of its own") { queue, time in
            let id = try await queue.enqueue(.test(steps: 2).retried(2)).id
            var claim = try await queue.takeOne()
            try await queue.apply(.failed(claim.key, .flaky), to: id)
            time.advance(by: .seconds(1))
            claim = try await queue.takeOne()
            try await queue.apply(.stepSucceeded(claim.key, step: 0, output: .none), to: id)
            let job = try await queue.apply(.failed(claim.key, .flaky), to: id)
            #expect(job.steps.map(\.attempts) == [2, 1])
            #expect(job.status(at: time.now) == .retrying)
            #expect(job.failure?.step == "step1")
        },
        QueueCheck("a success clears what the failed attempts before left") { queue, time in
            let id = try await queue.enqueue(.test().retried(2)).id
            try await queue.apply(.failed(try await queue.takeOne().key, .flaky), to: id)
            time.advance(by: .seconds(1))
            let job = try await queue.complete(try await queue.takeOne())
            #expect(job.failure == nil)
            #expect(job.attempts.map(\.outcome) == [.failed, .succeeded])
            #expect(job.finishedAt == time.now)
        },
        QueueCheck("a job of a thousand steps runs to its end") { queue, time in
            let id = try await queue.enqueue(.test(steps: 1_000)).id
            let job = try await queue.complete(try await queue.takeOne())
            #expect(job.cursor == 1_000)
            #expect(try await queue.stored(id).status(at: time.now) == .succeeded)
        },
    ]
}
