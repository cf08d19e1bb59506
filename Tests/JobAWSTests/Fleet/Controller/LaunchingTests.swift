import JobAWS
import JobCore
import Testing

/// When instances are launched, how many, and from where.
struct LaunchingTests {
    @Test func savesTheIntentBeforeTheCall() throws {
        var desk = Desk()
        desk.list([])
        desk.look(waiting: 3)
        let launch = try #require(desk.launched.first)
        #expect(launch.count == 3)
        #expect(desk.actions.first == .save([.launch(launch)]))
        #expect(launch.clientToken.count == 64)
        #expect(launch.tags[FleetTag.owner] == Desk.owner)
    }

    @Test func launchesNothingBeforeEC2HasBeenListed() {
        var desk = Desk()
        desk.look(waiting: 3)
        #expect(desk.launched.isEmpty)
        desk.list([])
        #expect(desk.launched.count == 1)
    }

    @Test func countsWhatIsUnderWay() {
        var desk = Desk { $0.jobsPerInstance = 2 }
        desk.list([])
        desk.look(waiting: 5)
        #expect(desk.launched.map(\.count) == [3])
        desk.look(waiting: 5)
        #expect(desk.launched.isEmpty)
        desk.look(waiting: 8)
        #expect(desk.launched.map(\.count) == [1])
    }

    @Test func countsFreeSlotsOfOtherWorkers() {
        var desk = Desk()
        desk.list([])
        desk.observation.workers = [
            FleetObservation.Worker(name: "here", queues: ["work"], slots: 4, jobs: 1, lastSeen: desk.now)
        ]
        desk.look(waiting: 3, running: 1)
        #expect(desk.launched.isEmpty)
        desk.look(waiting: 4, running: 1)
        #expect(desk.launched.map(\.count) == [1])
    }

    @Test(arguments: [
        (FleetSpecification.Limits(instances: 2), 2),
        (FleetSpecification.Limits(instances: 10, vcpus: 8), 2),
        (FleetSpecification.Limits(instances: 10, dollarsPerHour: 0.18), 3),
        (FleetSpecification.Limits(instances: 0), 0),
    ])
    func staysWithinTheLimits(limits: FleetSpecification.Limits, expected: Int) {
        var desk = Desk { $0.limits = limits }
        desk.list([])
        desk.look(waiting: 100)
        #expect(desk.launched.reduce(0) { $0 + $1.count } == expected)
    }

    @Test func avoidsPoolsWithoutCapacityForAWhile() throws {
        var desk = Desk()
        desk.list([])
        desk.look(waiting: 1)
        let launch = try #require(desk.launched.first)
        #expect(launch.candidates.count == 4)
        let refused = launch.candidates[0].pool
        let refusal = LaunchRefusal(.capacity, code: "InsufficientInstanceCapacity", message: "none", pool: refused)
        desk.tell(.launched(launch.id, .answered([], refusals: [refusal])))
        desk.wait(.seconds(5))
        let second = try #require(desk.launched.first)
        #expect(second.candidates.count == 3)
        #expect(!second.candidates.contains { $0.pool == refused })
        #expect(second.clientToken != launch.clientToken)
        desk.tell(.launched(second.id, .refused(LaunchRefusal(.capacity, code: "UnfulfillableCapacity", message: ""))))
        desk.wait(.seconds(60))
        #expect(desk.launched.isEmpty)
        desk.wait(.seconds(130))
        #expect(desk.launched.first?.candidates.count == 4)
    }

    @Test func fallsBackToOnDemandAsThePolicySays() throws {
        var desk = Desk { $0.onDemand = FleetSpecification.OnDemandPolicy(afterMisses: 1) }
        desk.list([])
        desk.look(waiting: 1)
        let launch = try #require(desk.launched.first)
        #expect(launch.lifecycle == .spot)
        desk.tell(.launched(launch.id, .refused(LaunchRefusal(.capacity, code: "X", message: ""))))
        desk.wait(.seconds(2))
        #expect(desk.launched.first?.lifecycle == .onDemand)
    }

    @Test func neverPaysOnDemandWhenItMayNot() throws {
        var desk = Desk()
        desk.list([])
        desk.look(waiting: 1)
        for _ in 0..<50 {
            for launch in desk.launched {
                #expect(launch.lifecycle == .spot)
                desk.tell(.launched(launch.id, .refused(LaunchRefusal(.capacity, code: "X", message: ""))))
            }
            desk.wait(.seconds(60))
        }
        #expect(desk.launches.count > 5)
    }

    @Test func asksAgainUnderTheSameTokenWhenAnAnswerIsLost() throws {
        var desk = Desk()
        desk.list([])
        desk.look(waiting: 2)
        let launch = try #require(desk.launched.first)
        desk.tell(.launched(launch.id, .unknown("no answer")))
        #expect(desk.launched.isEmpty)
        desk.wait(.seconds(10))
        #expect(desk.resumed == [launch.id])
        desk.answer(launch)
        #expect(desk.instances.count == 2)
        desk.wait(.seconds(60))
        #expect(desk.launched.isEmpty && desk.resumed.isEmpty)
    }

    @Test func takesNoRefusalOfARepeatedCallForTheOutcomeOfTheFirst() throws {
        var desk = Desk()
        desk.list([])
        desk.look(waiting: 2)
        let launch = try #require(desk.launched.first)
        desk.tell(.launched(launch.id, .unknown("no answer")))
        desk.wait(.seconds(10))
        desk.tell(.launched(launch.id, .refused(LaunchRefusal(.throttled, code: "RequestLimitExceeded", message: ""))))
        #expect(desk.launches[launch.id]?.state == .intended)
        desk.wait(.seconds(60))
        #expect(desk.resumed == [launch.id] && desk.launched.isEmpty)
    }

    @Test func asksAgainAfterACrashInsteadOfLaunchingAnew() throws {
        var desk = Desk()
        desk.list([])
        desk.look(waiting: 2)
        let launch = try #require(desk.launched.first)
        desk.now = desk.now + .seconds(30)
        desk.restart()
        desk.look()
        desk.list([])
        #expect(desk.resumed == [launch.id])
        #expect(desk.launched.isEmpty)
        desk.tell(.launched(launch.id, .nothing))
        desk.wait(.seconds(5))
        #expect(desk.launched.map(\.count) == [2])
    }

    @Test func adoptsWhatACrashLeftBehind() throws {
        var desk = Desk()
        desk.list([])
        desk.look(waiting: 1)
        let launch = try #require(desk.launched.first)
        desk.restart()
        desk.look()
        var left = desk.cloud("i-9")
        left.tags[FleetTag.launch] = launch.id
        desk.list([left])
        #expect(desk.instances["i-9"]?.launch == launch.id)
        #expect(desk.launches[launch.id]?.state == .settled)
        #expect(desk.resumed.isEmpty && desk.launched.isEmpty)
    }

    @Test func tellsWhatSomebodyMustMend() throws {
        var desk = Desk()
        desk.list([])
        desk.look(waiting: 1)
        let launch = try #require(desk.launched.first)
        desk.tell(
            .launched(
                launch.id, .refused(LaunchRefusal(.configuration, code: "UnauthorizedOperation", message: "no rights")))
        )
        #expect(desk.alarms.contains { $0.contains("no rights") })
        desk.wait(.seconds(60))
        #expect(desk.launched.isEmpty)
    }

    @Test func keepsAMinimum() {
        var desk = Desk { $0.minimum = 2 }
        desk.list([])
        desk.look(waiting: 0)
        #expect(desk.launched.map(\.count) == [2])
    }

    @Test func launchesNothingForJobsThatFreeWorkersDoNotTake() {
        var desk = Desk()
        desk.start(jobs: 1)
        desk.report("i-1")
        desk.look(waiting: 5)
        desk.wait(.seconds(40))
        desk.report("i-1")
        #expect(desk.launched.isEmpty)
    }

    @Test func launchesNothingForAFleetThatIsDrained() {
        var desk = Desk()
        desk.start(jobs: 2)
        desk.report("i-1", jobs: 1)
        desk.fleet.isDrained = true
        desk.tell(.fleets([desk.fleet]))
        #expect(desk.drained == ["ec2:i-1"])
        #expect(desk.terminated == ["i-2"])
        desk.look(waiting: 50)
        #expect(desk.launched.isEmpty)
    }
}

/// What counts as work.
struct FleetObservationTests {
    private func job(_ lane: String?) -> Job {
        var spec = JobSpec(name: "j")
        spec.queue = "work"
        spec.lane = lane
        return Job(submitting: NewJob(spec), at: .epoch)
    }

    @Test func jobsThatWaitForTheirLaneNeedNoMachine() {
        var observation = FleetObservation(waiting: ["work": 6])
        observation.leaveOutLanes(
            queued: [job(nil), job(nil), job("a"), job("a"), job("a"), job("b")], running: [job("b")])
        #expect(observation.waiting == ["work": 3])
    }

    @Test func pausedAndBoundedQueuesHaveNoMoreWorkThanMayRun() {
        let counts = QueueCounts(byQueue: ["a": [.queued: 9], "b": [.queued: 9, .running: 2, .cancelling: 1]])
        let settings = ["a": NamedQueueSettings(isPaused: true), "b": NamedQueueSettings(concurrency: 5)]
        let observation = FleetObservation(workers: [], counts: counts, settings: settings)
        #expect(observation.waiting == ["b": 2])
        #expect(observation.running == ["b": 3])
    }

    @Test func aWorkerThatCameAndWentBetweenTwoLooksHasNoFreeSlot() {
        var desk = Desk { $0.oneJobPerInstance = true }
        desk.start(jobs: 1)
        desk.observation.enrolled = ["i-1": desk.now]
        desk.now = desk.now + .seconds(11)
        desk.look(waiting: 1)
        #expect(desk.launched.map(\.count) == [1])
    }
}
