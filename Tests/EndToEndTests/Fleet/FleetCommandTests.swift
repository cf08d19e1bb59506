import Foundation
import JobCore
import JobTesting
import Testing

/// `jobctl fleet` as its users meet it.
@Suite(.timeLimit(.minutes(2))) struct FleetCommandTests {
    private let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        try workspace.write(
            "fleet.yaml",
            """
            name: builds
            queues: [builds]
            server: https://jobs.example.org
            images: {x86_64: al2023}
            instanceTypes: [m7i.large, c7i.large]
            subnets: [subnet-0a, subnet-0b]
            limits: {instances: 4, dollarsPerHour: 0.5}
            onDemandPrices: {m7i.large: 0.1008, c7i.large: 0.08925}
            """)
    }

    @Test func `a fleet is stored, scaled, drained, shown and removed`() async throws {
        #expect(try await workspace.jobctl("fleet", "apply", "fleet.yaml").text == "stored builds\n")
        #expect(try await workspace.jobctl("fleet", "apply", "fleet.yaml").text == "updated builds\n")
        #expect(try await workspace.jobctl("fleet", "scale", "builds", "2").code == 0)
        #expect(try await workspace.jobctl("fleet", "drain", "builds").code == 0)
        let drained = try await workspace.jobctl("fleet", "show", "builds", "--json").json
        #expect(drained["drained"] == true)
        #expect(drained["minimum"] == 0)
        #expect(try await workspace.jobctl("fleet", "drain", "builds", "--undo").code == 0)
        #expect(try await workspace.jobctl("fleet", "show", "builds", "--json").json["minimum"] == 2)
        #expect(try await workspace.jobctl("fleet", "scale", "builds", "auto").code == 0)
        let listed = try await workspace.jobctl("fleet", "list")
        #expect(listed.lines.last?.hasPrefix("builds  builds  0/4") == true, "\(listed)")
        #expect(try await workspace.jobctl("fleet", "cost").text.contains("$0.0000"))
        #expect(try await workspace.jobctl("fleet", "remove", "builds").code == 0)
        #expect(try await workspace.jobctl("fleet", "list", "--json").json["fleets"] == [])
    }

    @Test(arguments: [
        ["show", "none"], ["scale", "none", "1"], ["drain", "none"], ["remove", "none"], ["cost", "none"],
    ])
    func `a fleet that is not there is told as such`(_ arguments: [String]) async throws {
        _ = try await workspace.jobctl("fleet", "apply", "fleet.yaml")
        let outcome = try await workspace.jobctl(["fleet"] + arguments)
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains(#"there is no fleet "none""#), "\(outcome)")
    }

    @Test func `a refused fleet file names each field with its line, and stores nothing`() async throws {
        let outcome = try await workspace.jobctl(
            "fleet", "apply", "-",
            input:
                "name: builds\nqueues: []\ninstanceTypes: [m7i.large]\nsubnets: [subnet-0a]\nlimits: {instances: -1}\nspeed: 9\n"
        )
        #expect(outcome.code == 65)
        for field in ["stdin:2: queues:", "stdin:5: limits.instances:", "stdin:6: speed:"] {
            #expect(outcome.errors.contains(field), "\(outcome)")
        }
        _ = try await workspace.jobctl("submit", "-", input: "name: x\nsteps: []\n")
        #expect(try await workspace.jobctl("fleet", "list", "--json").json["fleets"] == [])
    }

    @Test func `a plan says what would be launched at what price, and launches nothing`() async throws {
        let ec2 = FakeEC2()
        let plan = try await ec2.withServer { [workspace] url in
            let environment = Credentials.environment(url)
            let lines = try await workspace.jobctl("fleet", "plan", "fleet.yaml", environment: environment)
            #expect(lines.code == 0, "\(lines)")
            #expect(lines.text.hasPrefix("builds would launch 1 instance"), "\(lines)")
            return try await workspace.jobctl("fleet", "plan", "fleet.yaml", "--json", environment: environment).json
        }
        let first = try #require(plan["plans"]?[0])
        #expect(first["count"] == 1)
        #expect(first["offers"]?[3]?["price"]?.numberValue ?? 0 > 0)
        #expect(first["onDemandDollarsPerHour"] == 0.1008)
        #expect(ec2.instances == [])
        #expect(!ec2.calls.contains { ["CreateFleet", "RunInstances", "CreateLaunchTemplate"].contains($0.operation) })
    }

    @Test func `without credentials or region the command says what to set`() async throws {
        _ = try await workspace.jobctl("fleet", "apply", "fleet.yaml")
        var environment = Credentials.environment("http://127.0.0.1:1")
        environment["AWS_REGION"] = ""
        environment["AWS_DEFAULT_REGION"] = ""
        let region = try await workspace.jobctl("fleet", "plan", "builds", environment: environment)
        #expect(region.code == 64)
        #expect(region.errors.contains("AWS_REGION"), "\(region)")
        environment = Credentials.environment("http://127.0.0.1:1")
        environment["AWS_ACCESS_KEY_ID"] = ""
        let keys = try await workspace.jobctl("fleet", "reap", environment: environment)
        #expect(keys.code == 77, "\(keys)")
        #expect(keys.errors.contains("AWS_ACCESS_KEY_ID"), "\(keys)")
    }

    @Test(arguments: [
        ["--fleet", "fleet.yaml", "--no-auth"], ["--fleet", "none.yaml"], ["--fleet-url", "https://x"],
        ["--fleets", "--agent", "linux-x86_64=none"], ["--fleets", "--fleet-url", "jobs.example.org"],
        ["--fleets", "--fleet-url", "https://x'; reboot; '"],
    ]) func `a server is not started with fleets that cannot work`(_ options: [String]) async throws {
        let outcome = try await workspace.jobctl(["serve", "--listen", "127.0.0.1:0"] + options)
        #expect([64, 74].contains(outcome.code), "\(outcome)")
        #expect(!outcome.errors.isEmpty)
    }

    @Test func `an agent is not started with options that do not go together`() async throws {
        let local = try await workspace.jobctl("worker", "--enrolment-file", "token", "--instance", "i-1")
        #expect(local.code == 64)
        #expect(local.errors.contains("--store https://HOST"), "\(local)")
        #expect(try await workspace.jobctl("worker", "--enrolment-file", "token").code == 64)
        #expect(try await workspace.jobctl("worker", "--checkpoints", "bucket").code == 64)
        let missing = try await workspace.jobctl(
            "worker", "--store", "http://127.0.0.1:1", "--enrolment-file", "none", "--instance", "i-1")
        #expect(missing.code == 74, "\(missing)")
    }
}
