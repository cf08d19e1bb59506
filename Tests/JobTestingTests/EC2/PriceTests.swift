import JobCore
import JobTesting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PriceTests {
    let time = ManualTime()

    @Test func `the history begins with the price that held at its start, newest first`() async throws {
        var configuration = FakeEC2.Configuration()
        let start = time.now
        configuration.spotPrices["c7g.large"] = [
            FakeEC2.SpotPrice(from: start - .seconds(7_200), dollars: 0.03),
            FakeEC2.SpotPrice(from: start - .seconds(60), dollars: 0.02),
            FakeEC2.SpotPrice(from: start + .seconds(60), dollars: 0.01),
        ]
        let call = EC2Caller(FakeEC2(configuration: configuration, time: time.source), time)
        let history = try await call(
            "DescribeSpotPriceHistory",
            [
                "InstanceType.1": "c7g.large", "AvailabilityZone": "us-east-1b", "ProductDescription.1": "Linux/UNIX",
                "StartTime": "2025-12-31T23:00:00Z",
            ])
        #expect(history.all("spotPrice") == ["0.02", "0.03"])
        #expect(history.all("timestamp") == ["2025-12-31T23:59:00.000Z", "2025-12-31T22:00:00.000Z"])
    }

    @Test
    func `what EC2 takes back in its first hour costs nothing, and what one ends oneself costs a minute at least`()
        async throws
    {
        var configuration = FakeEC2.Configuration()
        configuration.spotPrices["c7g.large"] = [
            FakeEC2.SpotPrice(dollars: 0.036), FakeEC2.SpotPrice(from: time.now + .seconds(1_805), dollars: 0.072),
        ]
        let ec2 = FakeEC2(configuration: configuration, time: time.source)
        let call = EC2Caller(ec2, time)
        let early = try await call.launch()
        let late = try await call.launch()
        let own = try await call.launch()
        let short = try await call.launch()
        time.advance(by: .seconds(5))
        try await call("TerminateInstances", ["InstanceId.1": short])
        time.advance(by: .seconds(1_800))
        ec2.reclaim(early)
        time.advance(by: .seconds(900))
        try await call("TerminateInstances", ["InstanceId.1": own])
        time.advance(by: .seconds(900))
        ec2.reclaim(late)
        // The price doubles after half an hour.
        #expect(ec2.dollars(of: early) == 0)
        #expect(abs(ec2.dollars(of: late) - (0.018 + 0.036)) < 1e-9)
        #expect(abs(ec2.dollars(of: own) - (0.018 + 0.018)) < 1e-9)
        #expect(abs(ec2.dollars(of: short) - 0.0006) < 1e-9)
        #expect(abs(ec2.dollars - 0.0906) < 1e-9)
    }

    @Test func `made-up prices stay below those on demand and are the same in each fake`() {
        let one = FakeEC2(time: time.source)
        let other = FakeEC2(time: time.source, seed: 9)
        for type in FakeEC2.InstanceType.common {
            let price = one.spotPrice(of: type.name, in: "us-east-1a", at: time.now)
            #expect(price > 0 && price < type.onDemandDollars / 2)
            #expect(price == other.spotPrice(of: type.name, in: "us-east-1a", at: time.now))
        }
    }
}
