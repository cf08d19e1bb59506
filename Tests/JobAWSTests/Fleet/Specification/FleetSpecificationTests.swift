import JobAWS
import JobCore
import Testing

/// What a fleet file says, and what it may not say.
struct FleetSpecificationTests {
    private let smallest: JSONObject = [
        "name": "f", "queues": ["work"], "instanceTypes": ["m7g.large"], "subnets": ["subnet-1"],
    ]

    private func issues(_ change: (inout JSONObject) -> Void) -> [String] {
        var object = smallest
        change(&object)
        do throws(InvalidFleet) {
            _ = try FleetSpecification(json: .object(object))
            return []
        } catch {
            return error.issues.map(\.path)
        }
    }

    @Test func theSmallestFleet() throws {
        let spec = try FleetSpecification(json: .object(smallest))
        #expect(spec.jobsPerInstance == 1 && spec.minimum == 0 && spec.limits.instances == 10)
        #expect(spec.onDemand == .never && spec.agent == .server)
        #expect(spec.images.count == 2)
    }

    @Test func everyFieldIsReadAndWrittenBack() throws {
        let json: JSONValue = [
            "name": "render", "queues": ["a", "b"], "server": "https://jobs.example.com", "region": "eu-central-1",
            "images": ["arm64": "ami-1", "x86_64": "ssm:/my/image"], "instanceTypes": ["m7g.large", "m7i.large"],
            "subnets": ["subnet-1", "subnet-2"], "securityGroups": ["sg-1"], "instanceProfile": "role",
            "publicAddress": true, "jobsPerInstance": 4, "oneJobPerInstance": true, "idleTimeout": "2m",
            "bootTimeout": "8m", "lostTimeout": "7m", "maxLifetime": "12h",
            "limits": ["instances": 20, "vcpus": 64, "dollarsPerHour": 2.5], "minimum": 1,
            "onDemand": ["afterMisses": 2, "after": "10m", "afterInterruptions": 3],
            "onDemandPrices": ["m7g.large": 0.08, "m7i.large": 0.1],
            "volume": ["size": "50GiB", "type": "gp3", "iops": 4000, "throughput": 200, "encrypted": true],
            "tags": ["team": "x"],
            "agent": [
                "arm64": ["url": "https://x.example/a", "sha256": .string(String(repeating: "a", count: 64))],
                "x86_64": ["url": "s3://b/x", "sha256": .string(String(repeating: "b", count: 64))],
            ], "checkpoints": "s3://bucket/p", "setup": "dnf install -y docker",
        ]
        let spec = try FleetSpecification(json: json)
        #expect(spec.images[.x86_64] == .parameter("/my/image"))
        #expect(spec.volume.size == 50 && spec.limits.dollarsPerHour == 2.5)
        #expect(spec.onDemand.afterWaiting == .seconds(600))
        #expect(try FleetSpecification(json: spec.json) == spec)
    }

    @Test func faultsNameTheirField() {
        #expect(issues { $0["name"] = nil } == ["name"])
        #expect(issues { $0["queues"] = [] } == ["queues"])
        #expect(issues { $0["instanceTypes"] = ["a", "a"] } == ["instanceTypes[1]"])
        #expect(issues { $0["idletimeout"] = "5m" } == ["idletimeout"])
        #expect(issues { $0["bootTimeout"] = "5s" } == ["bootTimeout"])
        #expect(issues { $0["limits"] = ["instances": -1] } == ["limits.instances"])
        #expect(issues { $0["onDemand"] = "sometimes" } == ["onDemand"])
        #expect(issues { $0["images"] = ["arm64": "debian"] }.first == "images.arm64")
        #expect(issues { $0["server"] = "https://x/'$(reboot)" } == ["server"])
        #expect(issues { $0["tags"] = ["jobkit:owner": "me"] } == ["tags.jobkit:owner"])
        #expect(issues { $0["minimum"] = 11 } == ["minimum"])
        #expect(issues { $0["checkpoints"] = "bucket" } == ["checkpoints"])
    }

    @Test func aBudgetInDollarsNeedsTheOnDemandPrices() {
        let found = issues {
            $0["onDemand"] = "always"
            $0["limits"] = ["dollarsPerHour": 1]
        }
        #expect(found == ["onDemandPrices.m7g.large"])
    }
}
