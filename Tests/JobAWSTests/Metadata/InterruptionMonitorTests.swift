import JobAWS
import JobCore
import JobTesting
import JobTransport
import Testing

@Suite(.timeLimit(.minutes(1))) struct InterruptionMonitorTests {
    let time = FastTime()
    let service: FakeIMDS

    init() {
        service = FakeIMDS(time: time.source)
    }

    var monitor: InterruptionMonitor {
        let metadata = MetadataClient(
            transport: service.transport, environment: AWSEnvironment(variables: [:]), time: time.source,
            random: .seeded(1))
        return InterruptionMonitor(metadata, time: time.source)
    }

    /// The first notices, read one after the other.
    func notices(_ count: Int) async -> [InstanceNotice] {
        var found: [InstanceNotice] = []
        for await notice in monitor.notices() {
            found.append(notice)
            if found.count == count { break }
        }
        return found
    }

    @Test func tellsOfAnInterruptionWithItsTime() async {
        let end = time.now + .seconds(120)
        service.interrupt()
        #expect(await notices(1) == [.interruption(.terminate, at: end)])
    }

    @Test func tellsEachThingOnce() async {
        let start = time.now
        service.interrupt(action: "stop", at: start + .seconds(120))
        service.recommendRebalance(at: start)
        service.schedule([
            FakeIMDS.Maintenance("instance-retirement", notBefore: start + .seconds(86_400), eventID: "e-1")
        ])
        service.setLifecycleState("Terminated")
        let iterator = Reader(monitor)
        var found: [InstanceNotice] = []
        for _ in 0..<4 { if let notice = await iterator.next() { found.append(notice) } }
        #expect(
            found == [
                .interruption(.stop, at: start + .seconds(120)), .rebalance(at: start),
                .maintenance(event: "instance-retirement", notBefore: start + .seconds(86_400)),
                .lifecycle(state: "Terminated"),
            ])
        // Twenty polls later there is nothing new but what is new.
        async let next = iterator.next()
        try? await service.waitForRequests(4 * 20)
        service.interrupt(action: "terminate", at: start + .seconds(60))
        #expect(await next == .interruption(.terminate, at: start + .seconds(60)))
    }

    @Test func pollsEveryFiveSeconds() async throws {
        async let notice = notices(1)
        try await service.waitForRequests(5, to: "instance-action")
        service.interrupt()
        _ = await notice
        let polls = service.requests.filter { $0.path.hasSuffix("instance-action") }.map(\.at)
        #expect(zip(polls, polls.dropFirst()).allSatisfy { $1 - $0 == .seconds(5) })
    }

    @Test(arguments: [
        FakeIMDS.Fault.Effect.status(401), .status(403), .status(500), .status(503), .status(429), .status(400),
        .refused,
        .closed, .silent, .text("<html>"), .text("{}"),
    ])
    func faultsBlindItAndItSeesAgain(effect: FakeIMDS.Fault.Effect) async throws {
        let start = time.now
        service.inject(FakeIMDS.Fault(effect, to: "spot/"))
        let reader = Reader(monitor)
        guard case .blind(let since, let reason) = await reader.next() else {
            Issue.record("it did not tell that it is blind")
            return
        }
        #expect(since >= start && since <= start + .seconds(10))
        #expect(!reason.isEmpty)
        service.removeFaults()
        service.interrupt()
        #expect(await reader.next() == .sighted)
        guard case .interruption = await reader.next() else {
            Issue.record("it did not tell of the interruption")
            return
        }
    }

    @Test func oneLostAnswerIsNoNews() async throws {
        service.inject(FakeIMDS.Fault(.status(503), to: "spot/", calls: 1...3))
        service.interrupt()
        let found = await notices(1)
        guard case .interruption = found.first else {
            Issue.record("the first notice is \(found)")
            return
        }
    }

    @Test func troubleWithOtherItemsHidesNothing() async {
        service.inject(FakeIMDS.Fault(.status(500), to: "events/"))
        service.inject(FakeIMDS.Fault(.text("not JSON"), to: "maintenance"))
        let start = time.now
        service.interrupt(action: "hibernate", at: start)
        #expect(await notices(1) == [.interruption(.hibernate, at: start)])
    }

    @Test func noticesWithNonsenseInThemStillCount() async {
        service.set("meta-data/spot/instance-action", to: #"{"action":"evaporate","time":"soon"}"#)
        #expect(await notices(1) == [.interruption(.terminate, at: time.now + .seconds(120))])
    }

    @Test func endsWhenItsReaderIsCancelled() async throws {
        let reader = Task { [monitor] in
            var count = 0
            for await _ in monitor.notices() { count += 1 }
            return count
        }
        try await service.waitForRequests(4)
        reader.cancel()
        #expect(await reader.value == 0)
    }
}

/// Reads notices one by one, so that a test can act in between.
private actor Reader {
    private var iterator: InterruptionMonitor.Iterator

    init(_ monitor: InterruptionMonitor) {
        iterator = monitor.notices().makeAsyncIterator()
    }

    func next() async -> InstanceNotice? {
        var copy = iterator
        let notice = await copy.next()
        iterator = copy
        return notice
    }
}
