import JobCore
import Testing

@Suite struct FollowUpTests {
    private static func finished(_ outputs: [StepOutput] = [StepOutput(exitCode: 0)], name: String = "job") throws
        -> Job
    {
        let step = StepSpec(name: "a", action: .handler(HandlerAction(name: "test")))
        var spec = JobSpec(
            name: name,
            steps: outputs.indices.map { index in
                var step = step
                step.name = "step\(index)"
                return step
            })
        spec.callbacks = [Callback(url: "https://a.example/"), Callback(url: "https://b.example/", on: [.succeeded])]
        var job = Job(submitting: NewJob(spec, id: JobID(high: 1, low: 2)), at: .epoch)
        job = try job.applying(.claim(worker: "w", lease: .seconds(1)), at: .epoch).job
        let key = LeaseKey(worker: "w", generation: 1)
        for (index, output) in outputs.enumerated() {
            job = try job.applying(.stepSucceeded(key, step: index, output: output), at: .epoch).job
        }
        return try job.applying(.succeeded(key), at: Timestamp(seconds: 60)).job
    }

    @Test func `each callback becomes a job that keeps trying and is found by the job's id`() throws {
        let job = try Self.finished()
        let followers = job.followUps
        #expect(followers.map { $0.spec.steps[0].action }.map(\.kind) == ["callback", "callback"])
        for (follower, url) in zip(followers, ["https://a.example/", "https://b.example/"]) {
            #expect(follower.spec.name == "callback: job")
            #expect(follower.spec.queue == "callbacks")
            #expect(follower.spec.tags == ["callbackFor": job.id.description])
            #expect(follower.spec.callbacks.isEmpty)
            #expect(follower.spec.retryPolicy(of: follower.spec.steps[0]).limit == 8)
            guard case .handler(let action) = follower.spec.steps[0].action else { continue }
            #expect(action.input["url"] == .string(url))
            #expect(action.input["event"]?["data"] == job.json(at: Timestamp(seconds: 60)))
        }
    }

    @Test func `the ids follow from the job and are all different`() throws {
        let job = try Self.finished()
        #expect(job.followUps.map(\.id) == (try Self.finished()).followUps.map(\.id))
        #expect(Set(job.followUps.map(\.id)).count == 2)
        #expect(Set(job.followUps.map(\.id)).isDisjoint(with: [job.id]))
    }

    @Test func `a job with long outputs is told without them`() throws {
        let long = StepOutput(body: String(repeating: "x", count: 300_000))
        let job = try Self.finished([long, StepOutput(exitCode: 0)])
        guard case .handler(let action) = job.followUps[0].spec.steps[0].action else { return }
        let data = try #require(action.input["event"]?["data"])
        #expect(data["outputsOmitted"] == true)
        #expect(data["status"] == "succeeded")
        #expect(data.utf8.count < 10_000)
    }

    @Test func `a long name is cut to what a name may have`() throws {
        let follower = try #require(try Self.finished(name: String(repeating: "ä", count: 200)).followUps.first)
        #expect(follower.spec.name.count == 200)
    }

    @Test func `nobody can submit a callback step or use the queue of callbacks`() throws {
        var follower = try #require(try Self.finished().followUps.first).spec
        #expect(throws: InvalidJob.self) { try follower.validate() }
        #expect(throws: InvalidJob.self) { try JobSpec(json: follower.json) }
        follower.queue = "default"
        let fault = #expect(throws: InvalidJob.self) { try follower.validate() }
        #expect(fault?.issues.map(\.path) == ["steps[0].handler.name"])
    }

    @Test func `a store reads back what it wrote`() throws {
        for follower in try Self.finished().followUps {
            #expect(try JobSpec(stored: follower.spec.json.utf8) == follower.spec)
        }
    }
}
