import JobAWS
import JobCore
import Testing

/// What becomes of instances.
struct InstanceLifeTests {
    @Test func recordsAnInstanceAsGoneOnlyWhenEC2SaysSo() {
        var desk = Desk()
        desk.start(jobs: 1)
        desk.report("i-1", jobs: 1)
        desk.observation.workers = []
        desk.look(waiting: 0, running: 0)
        desk.wait(.seconds(150))
        #expect(desk.terminated == ["i-1"])
        #expect(desk.instances["i-1"]?.phase == .terminating)
        for _ in 0..<20 {
            desk.wait(.seconds(300))
            desk.list([desk.cloud("i-1")])
            #expect(desk.instances["i-1"]?.phase == .terminating)
        }
        desk.list([desk.cloud("i-1", .shuttingDown)])
        #expect(desk.instances["i-1"]?.phase == .terminating)
        #expect(desk.instances["i-1"]?.endedAt == desk.now)
        desk.list([desk.cloud("i-1", .terminated)])
        #expect(desk.instances["i-1"]?.phase == .gone)
        #expect(desk.actions.contains(.revoke(worker: "ec2:i-1", launch: nil)))
    }

    @Test func terminatesAgainAndTellsWhenEC2DoesNot() {
        var desk = Desk()
        desk.start(jobs: 1)
        desk.wait(.seconds(601))
        #expect(desk.terminated == ["i-1"])
        #expect(desk.instances["i-1"]?.ending == .neverEnrolled)
        desk.tell(.notTerminated("i-1", message: "OperationNotPermitted"))
        #expect(desk.alarms.contains { $0.contains("OperationNotPermitted") })
        desk.wait(.seconds(31))
        #expect(desk.terminated == ["i-1"])
        desk.wait(.seconds(31))
        #expect(desk.terminated.isEmpty)
        desk.wait(.seconds(31))
        #expect(desk.terminated == ["i-1"])
    }

    @Test func launchesForTheJobsOfAnInstanceThatIsTakenAway() throws {
        var desk = Desk { $0.jobsPerInstance = 2 }
        desk.start(jobs: 2)
        let pool = try #require(desk.instances["i-1"]?.pool)
        desk.report("i-1", jobs: 2, slots: 2)
        desk.look(waiting: 0, running: 2)
        #expect(desk.launched.isEmpty)
        let notice = WorkerNotice(.interruption, at: desk.now + .seconds(120))
        desk.report("i-1", jobs: 2, slots: 2, notice: notice)
        let launch = try #require(desk.launched.first)
        #expect(launch.count == 1)
        #expect(!launch.candidates.contains { $0.pool == pool })
        #expect(desk.terminated.isEmpty)
        #expect(desk.instances["i-1"]?.phase == .doomed)
    }

    @Test func hearsOfInterruptionsFromSpotRequests() {
        var desk = Desk()
        desk.start(jobs: 1)
        desk.report("i-1", jobs: 1)
        desk.look(waiting: 0, running: 1)
        desk.list([desk.cloud("i-1", isMarked: true)])
        #expect(desk.launched.count == 1)
        #expect(desk.instances["i-1"]?.phase == .doomed)
    }

    @Test func terminatesAnInstanceThatOutlivesItsNotice() {
        var desk = Desk()
        desk.start(jobs: 1)
        desk.report("i-1", jobs: 1, notice: WorkerNotice(.interruption, at: desk.now + .seconds(120)))
        desk.wait(.seconds(400))
        #expect(desk.terminated.isEmpty)
        desk.wait(.seconds(30))
        #expect(desk.terminated == ["i-1"])
    }

    @Test func replacesAnInstanceThatIsLikelyToGo() {
        var desk = Desk()
        desk.start(jobs: 1)
        desk.report("i-1", jobs: 1)
        desk.look(waiting: 0, running: 1)
        desk.report("i-1", jobs: 1, notice: WorkerNotice(.rebalance))
        #expect(desk.drained == ["ec2:i-1"])
        #expect(desk.instances["i-1"]?.phase == .draining)
        // Its job goes on there, so nothing needs another slot.
        #expect(desk.launched.isEmpty)
    }

    @Test func tellsInterruptionsFromOtherEnds() {
        var desk = Desk()
        desk.start(jobs: 3)
        for id in ["i-1", "i-2", "i-3"] { desk.report(id, jobs: 1) }
        desk.list([
            desk.cloud("i-1", .terminated, reason: "Server.SpotInstanceTermination"),
            desk.cloud("i-2", .terminated, reason: "Client.InstanceInitiatedShutdown"),
            desk.cloud("i-3", .terminated, reason: "Server.InternalError"),
        ])
        #expect(desk.instances["i-1"]?.ending == .interrupted)
        #expect(desk.instances["i-2"]?.ending == .finished)
        #expect(desk.instances["i-3"]?.ending == .failed)
    }

    @Test func launchesForTheJobsOfAnInstanceThatDiedWithoutAWord() {
        var desk = Desk()
        desk.start(jobs: 1)
        desk.report("i-1", jobs: 1)
        desk.look(waiting: 0, running: 1)
        desk.list([desk.cloud("i-1", .terminated, reason: "Server.InternalError")])
        #expect(desk.launched.map(\.count) == [1])
    }

    @Test func givesUpAWorkerThatIsSilent() {
        var desk = Desk()
        desk.start(jobs: 1)
        desk.report("i-1", jobs: 1)
        desk.look(waiting: 0, running: 1)
        desk.wait(.seconds(100))
        // Its job may be lost: a slot for it comes early, its end late.
        #expect(desk.launched.map(\.count) == [1])
        #expect(desk.terminated.isEmpty)
        desk.wait(.seconds(510))
        #expect(desk.terminated.contains("i-1"))
        #expect(desk.instances["i-1"]?.ending == .lost)
    }

    @Test func blamesNobodyForTheTimeWhenTheServerWasAway() {
        var desk = Desk()
        desk.start(jobs: 2)
        desk.report("i-1", jobs: 1)
        desk.now = desk.now + .seconds(3_600)
        desk.restart()
        desk.look(waiting: 0, running: 1)
        desk.list([desk.cloud("i-1"), desk.cloud("i-2")])
        #expect(desk.terminated.isEmpty)
        #expect(desk.launched.isEmpty)
    }

    @Test func forgetsAnInstanceThatEC2DoesNotKnow() {
        var desk = Desk()
        desk.start(jobs: 1)
        desk.list([], began: desk.now + .seconds(1))
        desk.list([], began: desk.now + .seconds(2))
        #expect(desk.instances["i-1"]?.phase == .booting)
        desk.wait(.seconds(400))
        desk.list([])
        #expect(desk.instances["i-1"]?.phase == .booting)
        desk.wait(.seconds(120))
        desk.list([])
        #expect(desk.instances["i-1"]?.phase == .gone)
        #expect(desk.instances["i-1"]?.ending == .vanished)
    }

    @Test func endsWhatLivesTooLong() {
        var desk = Desk { $0.maxLifetime = .seconds(7_200) }
        desk.start(jobs: 1)
        desk.report("i-1", jobs: 1)
        desk.now = desk.now + .seconds(5_401)
        desk.report("i-1", jobs: 1)
        #expect(desk.drained == ["ec2:i-1"])
        desk.now = desk.now + .seconds(1_800)
        desk.report("i-1", jobs: 1)
        #expect(desk.terminated == ["i-1"])
    }

    @Test func letsIdleInstancesGoDownToTheMinimum() {
        var desk = Desk { $0.minimum = 1 }
        desk.start(jobs: 3)
        for id in ["i-1", "i-2", "i-3"] { desk.report(id) }
        desk.look(waiting: 0)
        desk.now = desk.now + .seconds(301)
        for id in ["i-1", "i-2", "i-3"] { desk.report(id) }
        #expect(desk.instances.values.count { $0.phase == .draining } == 2)
    }

    @Test func shrinksWhenPricesRiseAboveTheBudget() {
        var desk = Desk {
            $0.limits = FleetSpecification.Limits(instances: 10, dollarsPerHour: 0.2)
            $0.instanceTypes = ["m7g.large"]
        }
        desk.start(jobs: 6)
        #expect(desk.instances.count == 6)
        for id in desk.instances.keys.sorted() { desk.report(id, jobs: 1) }
        desk.tell(.market(fleet: "f", Desk.market(at: desk.now, scale: 1)))
        #expect(desk.drained.isEmpty)
        var market = Desk.market(at: desk.now)
        for pool in market.spotPrices.keys {
            market.spotPrices[pool]?.append(PriceSeries.Step(time: desk.now, price: 0.06))
        }
        desk.tell(.market(fleet: "f", market))
        for _ in 0..<10 { desk.wait(.seconds(1)) }
        #expect(desk.instances.values.count { $0.phase == .draining } == 3)
    }
}
