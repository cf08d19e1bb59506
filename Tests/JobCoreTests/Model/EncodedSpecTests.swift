import JobCore
import Testing

/// A stored specification that is decoded later must be the one that was stored.
@Suite struct EncodedSpecTests {
    static let tricky: [JobSpec] = [
        JobSpec(name: #"","steps":[{},{}]"#, steps: [step("one")]),
        JobSpec(name: "keys", tags: ["steps": "[{},{}]", "}": "{"], steps: [step("a"), step("b")]),
        JobSpec(name: "\\", metadata: ["\"": "\\\""], steps: [step("a"), step("b"), step("c")]),
        JobSpec(
            name: "nested",
            steps: [
                StepSpec(
                    name: "deep",
                    action: .handler(
                        HandlerAction(name: "h", input: ["steps": [1, ["steps": [2, 3]]], "x": ["steps": []]])))
            ]),
    ]

    private static func step(_ name: String) -> StepSpec {
        StepSpec(name: name, action: .command(CommandAction(.argv(["a", "],[{", name]))))
    }

    @Test(arguments: tricky)
    func `a job with an encoded specification equals the job with the decoded one`(spec: JobSpec) throws {
        let now = Timestamp.epoch
        let plain = Job(submitting: NewJob(spec, id: JobID(high: 1, low: 2)), at: now)
        let encoded = EncodedSpec(spec.json.utf8, queue: spec.queue, lane: spec.lane, cursor: 0)
        #expect(encoded.stepCount == spec.steps.count)
        let lazy = Job(
            id: plain.id, encodedSpec: encoded, createdAt: now, state: plain.state, startedAt: plain.startedAt,
            generation: 0, version: 1, cursor: 0, steps: plain.steps, attempts: [], progress: nil, failure: nil,
            deadlineAt: nil)
        #expect(lazy.isReadable)
        #expect(lazy == plain)
        #expect(lazy.spec == spec)
    }

    @Test(arguments: ["", "[]", "{", "{}", #"{"name":"a"#, #"{"steps":[{"#, #"{"name":"a","steps":[{},{}]}"#])
    func `what is damaged has a step at the cursor, which nobody can run`(text: String) {
        let encoded = EncodedSpec(Array(text.utf8), queue: "q", lane: nil, cursor: 1)
        #expect(encoded.stepCount == 2)
        let job = Job(
            id: JobID(high: 1, low: 2), encodedSpec: encoded, createdAt: .epoch,
            state: .waiting(until: .epoch, reason: .scheduled), startedAt: nil, generation: 0, version: 1, cursor: 1,
            steps: [StepRecord(status: .succeeded), StepRecord()], attempts: [], progress: nil, failure: nil,
            deadlineAt: nil)
        #expect(!job.isReadable)
        #expect(job.spec.steps.count == 2)
        #expect(job.spec.queue == "q")
    }
}
