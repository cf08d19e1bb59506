import JobAWS
import JobCore
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// The script that an instance boots with.
struct UserDataTests {
    private var spec: FleetSpecification {
        FleetSpecification(name: "f", queues: ["work"], instanceTypes: ["m7g.large"], subnets: ["subnet-1"])
    }
    private let agents = [
        "linux-aarch64": String(repeating: "a", count: 64), "linux-x86_64": String(repeating: "b", count: 64),
    ]

    private func render(_ change: (inout FleetSpecification) -> Void = { _ in }) throws -> String {
        var spec = spec
        change(&spec)
        return try UserData(
            spec: spec, server: "https://jobs.example.com", token: "jk_000000000000_secret", agents: agents
        ).render()
    }

    @Test func itsFirstActArmsAShutdownAndEveryEndPowersOff() throws {
        let lines = try render().split(separator: "\n")
        #expect(lines.first == "#!/bin/bash")
        #expect(lines.first { !$0.hasPrefix("#") } == "shutdown -P +1445 || true")
        #expect(lines.contains("trap off EXIT"))
        #expect(!lines.contains { $0.contains("halt") })
    }

    @Test(arguments: [FleetSpecification.AgentSource.server, .image])
    func bashTakesItAndItIsSmall(agent: FleetSpecification.AgentSource) throws {
        let script = try render {
            $0.agent = agent
            $0.checkpoints = "s3://bucket/prefix"
            $0.setup = "dnf install -y docker\nsystemctl start docker"
        }
        #expect(script.utf8.count < 4_096)
        #expect(bashTakes(script))
        #expect(!bashTakes(script + "\nif"))
    }

    @Test func itRunsTheAgentWithTheTokenInAFile() throws {
        let script = try render()
        #expect(script.contains("worker --store 'https://jobs.example.com' --enrolment-file"))
        #expect(script.contains("--ec2"))
        #expect(script.contains("--lost-exit 10m"))
        #expect(script.contains("/v1/agents/linux-aarch64"))
        #expect(script.contains("umask 077"))
    }

    @Test func aServerWithoutAnAgentForAnArchitectureIsToldSo() {
        let refused = #expect(throws: InvalidFleet.self) {
            try UserData(spec: spec, server: "https://x", token: "t", agents: [:]).render()
        }
        #expect(refused?.description.contains("linux-aarch64") == true)
    }

    @Test func aStepThatTakesAllMemoryIsKilledBeforeTheAgent() throws {
        let script = try render()
        #expect(script.contains("-p OOMPolicy=continue"))
        // Every step would inherit it, and the kernel would look elsewhere.
        #expect(!script.lowercased().contains("oom_score_adj") && !script.contains("OOMScoreAdjust"))
    }

    @Test(arguments: ["https://x' ; reboot '", "https://x\nreboot", "https://$(reboot)"])
    func aServerThatAShellWouldReadAsMoreIsRefused(server: String) {
        let refused = #expect(throws: InvalidFleet.self) {
            try UserData(spec: spec, server: server, token: "t", agents: agents).render()
        }
        #expect(refused?.description.contains("server") == true)
    }

    @Test func itStaysBelowTheLimit() {
        #expect(throws: InvalidFleet.self) {
            try render { $0.setup = String(repeating: "x", count: 16_000) }
        }
    }

    /// Whether bash can read the script, without running it.
    private func bashTakes(_ script: String) -> Bool {
        guard let pipe = popen("bash -n 2>/dev/null", "w") else { return false }
        fputs(script, pipe)
        return pclose(pipe) == 0
    }
}
