import JobAWS
import JobCore
import Testing

/// What instances, attempts and jobs cost.
struct FleetCostTests {
    private let start = Timestamp(seconds: 1_767_225_600)

    private func instance(_ steps: [(Int, Double)], hours: Double?) -> FleetInstance {
        var instance = FleetInstance(
            id: "i-1", fleet: "f", launch: "l", pool: CapacityPool(type: "t", zone: "a", lifecycle: .spot), vcpus: 2,
            slots: 4, launchedAt: start,
            prices: PriceSeries(
                steps.map { PriceSeries.Step(time: start + .seconds($0.0 * 3_600), price: $0.1) }),
            onDemandPrice: 0.1)
        instance.endedAt = hours.map { start + .seconds($0 * 3_600) }
        return instance
    }

    @Test func pricesTimesTime() {
        let cost = FleetCost(of: instance([(-5, 0.02), (1, 0.04), (9, 1)], hours: 3), until: start)
        #expect(abs((cost.dollars ?? 0) - 0.10) < 1e-9)
        #expect(abs((cost.onDemand ?? 0) - 0.3) < 1e-9)
    }

    @Test func theFirstHourIsFreeWhenEC2TakesItBack() {
        var early = instance([(-5, 0.02)], hours: 0.5)
        early.ending = .interrupted
        #expect(FleetCost(of: early, until: start).dollars == 0)
        var late = instance([(-5, 0.02)], hours: 1.5)
        late.ending = .interrupted
        #expect(abs((FleetCost(of: late, until: start).dollars ?? 0) - 0.03) < 1e-9)
        var own = instance([(-5, 0.02)], hours: 0.5)
        own.ending = .finished
        #expect(abs((FleetCost(of: own, until: start).dollars ?? 0) - 0.01) < 1e-9)
    }

    @Test func anAttemptCostsItsShareOfTheSlots() {
        let attempt = Attempt(
            number: 1, worker: "ec2:i-1", startedAt: start + .seconds(3_600), finishedAt: start + .seconds(7_200))
        let cost = FleetCost(of: attempt, on: instance([(-5, 0.04)], hours: 3), until: start)
        #expect(abs((cost.dollars ?? 0) - 0.01) < 1e-9)
        #expect(abs((cost.onDemand ?? 0) - 0.025) < 1e-9)
    }

    @Test func whatIsNotKnownIsNotMadeUp() {
        var unknown = instance([], hours: 1)
        unknown.onDemandPrice = nil
        let cost = FleetCost(of: unknown, until: start)
        #expect(cost.dollars == nil && cost.onDemand == nil)
    }

    @Test func aSeriesKeepsOnlyChanges() {
        var series = PriceSeries(constant: 1)
        series.append(PriceSeries.Step(time: start, price: 1))
        #expect(series.steps.count == 1)
        series.append(PriceSeries.Step(time: start, price: 2))
        #expect(series.price(at: start - .seconds(1)) == 1)
        #expect(series.price(at: start) == 2)
        #expect(series.since(start).steps.map(\.price) == [2])
    }
}
