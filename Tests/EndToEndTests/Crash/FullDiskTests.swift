import Foundation
import JobCore
import Testing

/// A worker whose disk is full and stays so.
@Suite struct FullDiskTests {
    @Test("A worker told to stop ends although its disk stays full, and the job runs again", .timeLimit(.minutes(2)))
    func termination() async throws {
        let workspace = try Workspace()
        let disk = try await SmallDisk(workspace)
        guard let disk else { return }
        let store = ["JOBCTL_STORE": "sqlite:\(disk.path)/jobs.sqlite"]
        let begun = try Fifo(workspace.path("begun"))
        let goOn = try Fifo(workspace.path("go-on"))
        let submitted = try await workspace.jobctl(
            "submit", "-",
            input: """
                name: held
                steps: [{name: a, command: {shell: 'echo $JOB_ATTEMPT >> ledger; echo x > begun; cat go-on'}}]
                """,
            environment: store)
        let id = try #require(submitted.lines.first)

        let (_, outcome) = try await workspace.withJobctl("worker", "--lease", "1s", environment: store) { worker in
            _ = try await begun.read()
            #expect(try await disk.fill())
            worker.send(SIGTERM)
        }
        // It could neither renew the lease nor store an end: it stopped the step when the lease was over.
        #expect(outcome.code == 0, "\(outcome)")
        #expect(outcome.errors.contains("the disk of"), "\(outcome)")

        try await disk.free()
        _ = try await workspace.withJobctl("worker", "--until-empty", environment: store) { _ in
            _ = try await begun.read()
            try await goOn.open()
        }
        let job = try await workspace.jobctl("show", id, "--json", environment: store).json
        #expect(job["status"] == "succeeded")
        #expect(workspace.lines(of: "ledger").count == 2, "the result that could not be stored was lost")
        try await disk.remove()
    }
}

/// A file system of a few MiB in the workspace.
private struct SmallDisk {
    let path: String
    private let workspace: Workspace

    /// Mounts it; nil where nothing can be mounted, which is a failure in CI.
    init?(_ workspace: Workspace) async throws {
        self.workspace = workspace
        path = workspace.path("disk")
        let made = try await workspace.shell("mkdir disk && mount -t tmpfs -o size=4m tmpfs disk")
        if made.code == 0 { return }
        if ProcessInfo.processInfo.environment["CI"] != nil {
            Issue.record("no file system can be mounted: \(made.errors)")
        }
        return nil
    }

    /// Leaves no byte; true when that is so.
    func fill() async throws -> Bool {
        _ = try await workspace.shell("cat /dev/zero > disk/filler")
        return try await workspace.shell("echo x > disk/more").code != 0
    }

    func free() async throws {
        _ = try await workspace.shell("rm -f disk/filler disk/more")
    }

    func remove() async throws {
        _ = try await workspace.shell("umount disk")
    }
}
