import JobCore
import JobSQLite
import Testing

/// Files that steps leave behind.
@Suite struct ArtifactTests {
    @Test("What commands and scripts put into their folder is kept with the job", .timeLimit(.minutes(1)))
    func kept() async throws {
        let workspace = try Workspace()
        try workspace.write(
            "tasks/make/1-report", "#!/bin/sh\necho two >\"$JOB_ARTIFACTS/script.txt\"\n", isExecutable: true)
        let file = try workspace.write(
            "job.yaml",
            """
            name: makes
            steps:
              - {name: one, command: {shell: 'echo one >"$JOB_ARTIFACTS/command.txt"'}}
              - {name: two, script: {directory: tasks/make}}
              - {name: three, command: {shell: 'echo three >"$JOB_ARTIFACTS/last.txt"; exit 1'}}
            """)
        let outcome = try await workspace.jobctl("run", file, "--json")
        #expect(outcome.code == 1)
        let id = try #require(outcome.json["id"]?.stringValue.flatMap(JobID.init))
        let store = try await workspace.openStore()
        let artifacts = try await store.artifacts(of: id)
        #expect(artifacts?.map(\.name) == ["command.txt", "last.txt", "script.txt"])
        #expect(try await store.artifact(of: id, named: "script.txt")?.bytes == Array("two\n".utf8))
        try await store.close()
    }
}
