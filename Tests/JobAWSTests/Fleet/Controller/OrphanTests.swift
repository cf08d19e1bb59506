import JobAWS
import JobCore
import Testing

/// Instances that bear our tag and that nobody knows.
struct OrphanTests {
    let now = Timestamp(seconds: 1_767_225_600)

    private func instance(age: Duration, _ tags: [String: String]) -> CloudInstance {
        CloudInstance(
            id: "i-0", state: .running, pool: CapacityPool(type: "t", zone: "a", lifecycle: .spot),
            launchedAt: now - age, tags: tags)
    }

    private func verdict(_ instance: CloudInstance) -> OrphanRule.Verdict {
        OrphanRule.judge(instance, owner: "us", grace: .seconds(300), at: now)
    }

    @Test func leavesAloneWhatIsNotOurs() {
        let old = Duration.seconds(86_400)
        #expect(verdict(instance(age: old, [:])) == .wait)
        #expect(verdict(instance(age: old, [FleetTag.owner: "them"])) == .wait)
        #expect(
            verdict(instance(age: old, [FleetTag.owner: "them", FleetTag.orphan: "2020-01-01T00:00:00Z"])) == .wait)
    }

    @Test func tagsFirstAndTerminatesLater() {
        #expect(verdict(instance(age: .seconds(60), [FleetTag.owner: "us"])) == .wait)
        #expect(verdict(instance(age: .seconds(400), [FleetTag.owner: "us"])) == .tag)
        let tagged = [FleetTag.owner: "us", FleetTag.orphan: (now - .seconds(120)).description]
        guard case .terminate = verdict(instance(age: .seconds(400), tagged)) else {
            Issue.record("a tagged orphan lives")
            return
        }
        let fresh = [FleetTag.owner: "us", FleetTag.orphan: (now - .seconds(1)).description]
        #expect(verdict(instance(age: .seconds(400), fresh)) == .wait)
    }

    @Test func theControllerTagsTerminatesAndLeavesOthersAlone() {
        var desk = Desk()
        var ours = desk.cloud("i-7")
        ours.launchedAt = desk.now - .seconds(3_600)
        ours.tags[FleetTag.launch] = "unknown"
        var theirs = ours
        theirs.id = "i-8"
        theirs.tags[FleetTag.owner] = "another"
        desk.list([ours, theirs])
        #expect(desk.actions.contains(.tagOrphan("i-7")))
        ours.tags[FleetTag.orphan] = desk.now.description
        desk.wait(.seconds(10))
        desk.list([ours, theirs])
        #expect(desk.terminated == ["i-7"])
    }

    @Test func terminatesAnOrphanThatCannotBeTagged() {
        var desk = Desk()
        var ours = desk.cloud("i-7")
        ours.launchedAt = desk.now - .seconds(3_600)
        for _ in 0..<3 {
            desk.list([ours])
            #expect(desk.terminated.isEmpty)
            desk.wait(.seconds(10))
        }
        desk.list([ours])
        #expect(desk.terminated == ["i-7"])
    }

    @Test func removesTemplatesThatALaunchLeftBehind() {
        var desk = Desk()
        let old = CloudTemplate(name: "jobkit-old", launch: "old", createdAt: desk.now - .seconds(600))
        let young = CloudTemplate(name: "jobkit-new", launch: "new", createdAt: desk.now - .seconds(10))
        desk.list([], templates: [old, young])
        #expect(desk.actions.contains(.removeTemplate("jobkit-old")))
        #expect(!desk.actions.contains(.removeTemplate("jobkit-new")))
    }
}
