import JobAWS
import JobCore
import Testing

/// Made-up days with everything going wrong; the promises are checked after each event.
struct SimulationTests {
    private func configuration(seed: UInt64) -> FleetSimulation.Configuration {
        var configuration = FleetSimulation.Configuration(seed: seed)
        configuration.duration = .seconds(43_200)
        configuration.jobs = 1_200
        configuration.crashChance = 0.01
        configuration.faultChance = 0.03
        configuration.droughtInterval = .seconds(3_600)
        configuration.interruptionInterval = .seconds(4 * 3_600)
        configuration.spec.limits = FleetSpecification.Limits(instances: 30, vcpus: 56, dollarsPerHour: 1)
        return configuration
    }

    @Test(arguments: UInt64(1)...6)
    func aFleetKeepsItsPromises(seed: UInt64) throws {
        let report = try FleetSimulation(configuration(seed: seed)).run()
        #expect(report.succeeded == 1_200)
        #expect(report.crashes > 2 && report.interruptions > 5)
        #expect(report.dollars > 0 && report.dollars < report.onDemandDollars)
    }

    @Test func aFleetThatFallsBackToOnDemandKeepsThemAsWell() throws {
        var configuration = configuration(seed: 99)
        configuration.spec.onDemand = FleetSpecification.OnDemandPolicy(afterMisses: 1, afterInterruptions: 5)
        let report = try FleetSimulation(configuration).run()
        #expect(report.succeeded == 1_200)
    }

    @Test func oneJobForEachInstanceKeepsThemAsWell() throws {
        var configuration = configuration(seed: 5)
        configuration.jobs = 500
        configuration.spec.oneJobPerInstance = true
        let report = try FleetSimulation(configuration).run()
        #expect(report.succeeded == 500)
        #expect(report.instances >= 500)
    }

    @Test func theSameSeedIsTheSameWeek() throws {
        let first = try FleetSimulation(configuration(seed: 3)).run()
        let second = try FleetSimulation(configuration(seed: 3)).run()
        #expect(first == second)
    }

    @Test func theRecordsTellTheCost() throws {
        let report = try FleetSimulation(configuration(seed: 4)).run()
        // They learn of ends from lists, up to two minutes late.
        #expect(abs(report.recordedDollars - report.dollars) < report.dollars * 0.15)
    }
}
