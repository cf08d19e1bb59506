import Foundation
import JobCore
import JobSQLite
import Subprocess
import Testing

/// Container steps of `jobctl`, on the engine that `Scripts/docker` starts.
@Suite(.containerEngine, .timeLimit(.minutes(1))) struct ContainerTests {
    private let workspace: Workspace
    private let environment: [String: String]

    init() throws {
        let socket = try #require(ContainerEngine.socket, #"no container engine; run eval "$(Scripts/docker)""#)
        workspace = try Workspace()
        environment = ["DOCKER_HOST": "unix://\(socket)"]
    }

    /// The ids of a job's containers, as Docker's own client lists them.
    private func containers(of job: String) async throws -> [String] {
        var variables: [Environment.Key: String?] = [:]
        for (name, value) in environment { variables[Environment.Key(stringLiteral: name)] = value }
        let result = try await Subprocess.run(
            .name("docker"), arguments: ["ps", "--all", "--quiet", "--filter", "label=org.jobkit.job=\(job)"],
            environment: .inherit.updating(variables), output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        guard case .exited(0) = result.terminationStatus else {
            throw Workspace.Failure(text: result.standardError)
        }
        return result.standardOutput.split(separator: "\n").map { String($0) }
    }

    @Test("A job's container reads what an earlier step has left, and its output is in the log and in the job")
    func run() async throws {
        try workspace.write("data/input", "hello\n")
        try workspace.write(
            "job.yaml",
            """
            name: render
            steps:
              - {name: prepare, command: {argv: [echo, prepared]}}
              - name: render
                container:
                  image: jobkit-test:latest
                  command: [sh, -c, 'cat /data/input; grep -c prepare "$JOB_OUTPUTS"; echo done >&2']
                  mounts: [{source: "\(workspace.path("data"))", target: /data, readOnly: true}]
                  memory: 64MiB
                  cpus: 1
                  pull: never
            """)
        let refused = try await workspace.jobctl("run", "job.yaml", environment: environment)
        let outcome = try await workspace.jobctl(
            "run", "job.yaml", "--json", "--container-mounts", "data", environment: environment)

        #expect(refused.code == 1)
        #expect(refused.errors.contains("\(workspace.path("data")) may not be mounted"), "\(refused)")
        #expect(outcome.code == 0, "\(outcome)")
        let job = try outcome.json
        #expect(job["steps"]?[1]?["output"]?["exitCode"] == 0)
        #expect(job["steps"]?[1]?["output"]?["details"]?["image"] == "jobkit-test:latest")
        let id = try #require(job["id"]?.stringValue)
        let log = try await workspace.jobctl("logs", id)
        #expect(log.text.contains("hello\n"), "\(log)")
        #expect(try await containers(of: id).isEmpty)
    }

    @Test("What a job's container puts into its folder is kept with the job")
    func artifacts() async throws {
        try workspace.write(
            "job.yaml",
            """
            name: makes
            steps:
              - name: render
                container:
                  image: jobkit-test:latest
                  command: [sh, -c, 'echo made >"$JOB_ARTIFACTS/report.txt"']
                  user: guest
                  pull: never
            """)
        let outcome = try await workspace.jobctl("run", "job.yaml", "--json", environment: environment)
        #expect(outcome.code == 0, "\(outcome)")
        let id = try #require(outcome.json["id"]?.stringValue.flatMap(JobID.init))
        let store = try await workspace.openStore()
        let artifacts = try await store.artifacts(of: id)
        #expect(artifacts?.map(\.name) == ["report.txt"])
        #expect(try await store.artifact(of: id, named: "report.txt")?.bytes == Array("made\n".utf8))
        try await store.close()
    }

    @Test("What a killed worker leaves is removed when the job goes on")
    func killed() async throws {
        try workspace.write(
            "job.yaml",
            """
            name: stubborn
            steps:
              - name: wait
                container:
                  image: jobkit-test:latest
                  command: [sh, -c, 'echo attempt $JOB_ATTEMPT; [ $JOB_ATTEMPT = 2 ] || sleep 1000']
                  pull: never
            """)
        let (_, killed) = try await workspace.withJobctl(
            "run", "job.yaml", "--lease", "1s", environment: environment
        ) { run in
            try await run.stdout.line(containing: "attempt 1")
            run.send(SIGKILL)
        }
        #expect(killed.code == -9)
        let listed = try await workspace.jobctl("list", "--json").json
        let id = try #require(listed["jobs"]?[0]?["id"]?.stringValue)
        #expect(try await containers(of: id).count == 1)

        let resumed = try await workspace.jobctl("run", "--resume", environment: environment)

        #expect(resumed.code == 0, "\(resumed)")
        #expect(resumed.text.contains("attempt 2"))
        #expect(resumed.errors.contains("left behind by an earlier attempt"), "\(resumed)")
        #expect(try await containers(of: id).isEmpty)
    }

    @Test("^C stops and removes the container before jobctl ends")
    func interrupted() async throws {
        try workspace.write(
            "job.yaml",
            """
            name: long
            steps:
              - {name: wait, container: {image: "jobkit-test:latest", command: [sh, -c, "echo up; sleep 1000"], pull: never}}
            """)
        let (_, outcome) = try await workspace.withJobctl("run", "job.yaml", environment: environment) { run in
            try await run.stdout.line(containing: "up")
            run.send(SIGINT)
        }
        #expect(outcome.code == 130, "\(outcome)")
        let listed = try await workspace.jobctl("list", "--json").json
        #expect(listed["jobs"]?[0]?["status"] == "cancelled")
        let id = try #require(listed["jobs"]?[0]?["id"]?.stringValue)
        #expect(try await containers(of: id).isEmpty)
    }

    @Test("The step's time limit ends the container")
    func timeout() async throws {
        try workspace.write(
            "job.yaml",
            """
            name: slow
            steps:
              - {name: wait, timeout: 1s, container: {image: "jobkit-test:latest", command: [sleep, "1000"], pull: never}}
            """)
        let outcome = try await workspace.jobctl("run", "job.yaml", "--json", environment: environment)

        #expect(outcome.code == 1, "\(outcome)")
        #expect(try outcome.json["failure"]?["code"] == "timeout")
        let id = try #require(try outcome.json["id"]?.stringValue)
        #expect(try await containers(of: id).isEmpty)
    }

    @Test("doctor asks the engine for its version")
    func doctor() async throws {
        let well = try await workspace.jobctl("doctor", environment: environment)
        let none = try await workspace.jobctl(
            "doctor", environment: ["DOCKER_HOST": "unix://\(workspace.path("no.sock"))"])

        #expect(well.text.contains("containers  engine "), "\(well)")
        #expect(none.text.contains("there is no \(workspace.path("no.sock"))"), "\(none)")
    }
}
