import JobCore
import Testing

@Suite(.timeLimit(.minutes(1))) struct SignalHubTests {
    let hub = SignalHub()
    let one = JobID(high: 1, low: 1)
    let two = JobID(high: 2, low: 2)

    /// How many signals a stream still holds; the hub is closed for it.
    private func drain(_ stream: AsyncStream<Void>) async -> Int {
        hub.close()
        return await stream.reduce(0) { count, _ in count + 1 }
    }

    @Test func `signals that nobody took become one`() async {
        let stream = hub.signals(for: .everything)
        for _ in 0..<100 { hub.publish(job: one, work: nil) }
        #expect(await drain(stream) == 1)
    }

    @Test(arguments: [
        (SignalInterest.everything, 1), (.job(JobID(high: 1, low: 1)), 1), (.job(JobID(high: 2, low: 2)), 0),
        (.work(queues: ["a"]), 1), (.work(queues: ["b", "a"]), 1), (.work(queues: ["b"]), 0), (.work(queues: []), 0),
    ])
    func `a change wakes those whom it concerns, and no others`(_ interest: SignalInterest, _ count: Int) async {
        let stream = hub.signals(for: interest)
        hub.publish(job: one, work: "a")
        #expect(await drain(stream) == count)
    }

    @Test func `a change that makes no work does not wake workers`() async {
        let workers = hub.signals(for: .work(queues: ["a"]))
        hub.publish(job: one, work: nil)
        #expect(await drain(workers) == 0)
    }

    @Test func `several subscribers of one interest all hear`() async {
        let streams = (0..<3).map { _ in hub.signals(for: .job(one)) }
        hub.publish(job: one, work: nil)
        for stream in streams { #expect(await drain(stream) == 1) }
    }

    @Test func `what one transaction did wakes each of those whom it concerns once`() async {
        let interests: [SignalInterest] = [
            .everything, .job(one), .work(queues: ["a"]), .work(queues: ["b", "c"]), .work(queues: ["d"]), .job(two),
        ]
        let streams = interests.map { hub.signals(for: $0) }
        hub.publish { batch in
            for _ in 0..<100 { batch.add(job: one, work: "a") }
            batch.add(work: "b")
            batch.add(work: "c")
        }
        var counts: [Int] = []
        for stream in streams { counts.append(await drain(stream)) }
        #expect(counts == [1, 1, 1, 1, 0, 0])
    }

    @Test func `changes are not gathered when nobody listens`() {
        hub.publish { _ in Issue.record("nobody listens") }
    }

    @Test func `telling everybody reaches every interest`() async {
        let streams = [hub.signals(for: .job(two)), hub.signals(for: .work(queues: ["z"]))]
        hub.publishAll()
        for stream in streams { #expect(await drain(stream) == 1) }
    }

    @Test func `a subscriber that was cancelled is forgotten`() async {
        let reader = Task { for await _ in hub.signals(for: .work(queues: ["a", "b"])) {} }
        reader.cancel()
        await reader.value
        #expect(!hub.hasSubscribers)
    }

    @Test func `a stream that nobody keeps is forgotten`() {
        _ = hub.signals(for: .everything)
        #expect(!hub.hasSubscribers)
    }

    @Test func `one subscriber's end leaves the others of the same queues`() async {
        let stays = hub.signals(for: .work(queues: ["a", "b"]))
        _ = hub.signals(for: .work(queues: ["a"]))
        _ = hub.signals(for: .work(queues: ["a", "b"]))
        hub.publish(job: one, work: "a")
        #expect(await drain(stays) == 1)
    }

    @Test func `a closed hub ends all streams, also those asked for later`() async {
        let before = hub.signals(for: .everything)
        hub.close()
        #expect(await before.first { true } == nil)
        #expect(await hub.signals(for: .everything).first { true } == nil)
        #expect(!hub.hasSubscribers)
    }

    @Test func `a transition wakes workers only when it makes work or asks to stop`() async throws {
        let spec = JobSpec(
            name: "job", retry: RetryOptions(limit: 2),
            steps: [StepSpec(name: "s", action: .handler(HandlerAction(name: "test")))])
        let waiting = Job(submitting: NewJob(spec), at: .epoch)
        let running = try waiting.applying(.claim(worker: "w", lease: .seconds(1)), at: .epoch).job
        let key = LeaseKey(worker: "w", generation: 1)
        let changes: [(JobEvent.Change, Int)] = [
            (.failed(key, StepFailure(.error, "no")), 1), (.released(key, reason: "r"), 1), (.cancel(), 1),
            (.stepSucceeded(key, step: 0, output: .none), 0),
            (.failed(key, StepFailure(.error, "no", isRetryable: false)), 0),
        ]
        for (change, count) in changes {
            let hub = SignalHub()
            let (workers, watchers) = (hub.signals(for: .work(queues: ["default"])), hub.signals(for: .everything))
            hub.publish(try running.applying(change, at: .epoch))
            hub.close()
            #expect(await workers.reduce(0) { sum, _ in sum + 1 } == count, "\(change)")
            #expect(await watchers.reduce(0) { sum, _ in sum + 1 } == 1, "\(change)")
        }
    }
}
