import Foundation
import JobTesting
import Testing

/// What becomes of running steps when their worker is killed.
@Suite(.timeLimit(.minutes(1))) struct OrphanTests {
    /// A job whose second step tells its process and the file with the first one's output, ignores TERM, and stays.
    private static let stubborn = """
        name: stubborn
        retry: {limit: 5}
        steps:
          - {name: a, command: {argv: ["true"]}}
          - {name: b, command: {shell: "trap '' TERM; sleep 1000 & echo x > $JOB_ARTIFACTS/x; echo $$ $! $JOB_OUTPUTS > told; wait"}}
        """

    /// The environment of a worker whose guard can be told from those of other tests.
    private func environment(_ workspace: Workspace) -> [String: String] {
        ["PATH": "/usr/bin:/bin:\(workspace.folder)", "TMPDIR": workspace.path("tmp")]
    }

    private func workspace() throws -> (Workspace, Fifo) {
        let workspace = try Workspace()
        try FileManager.default.createDirectory(atPath: workspace.path("tmp"), withIntermediateDirectories: false)
        return (workspace, try Fifo(workspace.path("told")))
    }

    /// The guards that there are while a step waits for the pipe.
    private static func guards(
        of workspace: Workspace, while fifo: Fifo, each: @escaping @Sendable (pid_t) -> Void = { _ in }
    ) async throws -> [pid_t] {
        let found = EventLog<pid_t>()
        try await fifo.whileReaderWaits {
            for process in Processes.guards(of: workspace) {
                found.record(process)
                each(process)
            }
        }
        return found.events
    }

    @Test("A killed worker's steps end with it, and its files go")
    func killed() async throws {
        let (workspace, fifo) = try workspace()
        _ = try await workspace.submit(Self.stubborn)
        let (told, outcome) = try await workspace.withJobctl("worker", environment: environment(workspace)) { worker in
            let told = try await fifo.read().split(whereSeparator: \.isWhitespace).map { String($0) }
            worker.send(SIGKILL)
            return told
        }
        #expect(outcome.code == -Int(SIGKILL))
        try #require(told.count == 3)
        for process in told.prefix(2) { await Processes.end(of: process) }
        await Processes.end { Processes.guards(of: workspace) }
        #expect(!FileManager.default.fileExists(atPath: told[2]))
        #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.path("tmp")).isEmpty)
    }

    @Test("A worker that ends leaves no guard behind")
    func ended() async throws {
        let (workspace, fifo) = try workspace()
        _ = try await workspace.submit("name: one\nsteps: [{name: a, command: {shell: 'read line < told; true'}}]")
        let (guards, outcome) = try await workspace.withJobctl(
            "worker", "--until-empty", environment: environment(workspace)
        ) { _ in
            try await Self.guards(of: workspace, while: fifo)
        }
        #expect(outcome.code == 0)
        #expect(guards.count == 1)
        await Processes.end { Processes.guards(of: workspace) }
    }

    @Test("A guard that was killed is replaced, and no step is hurt")
    func replaced() async throws {
        let (workspace, fifo) = try workspace()
        let second = try Fifo(workspace.path("second"))
        let job = { (fifo: String) in "name: one\nsteps: [{name: a, command: {shell: 'read line < \(fifo); true'}}]" }
        _ = try await workspace.submit("\(job("told"))\n---\n\(job("second"))")
        let (guards, outcome) = try await workspace.withJobctl(
            "worker", "--until-empty", "--concurrency", "1", environment: environment(workspace)
        ) { _ in
            let first = try await Self.guards(of: workspace, while: fifo) { kill($0, SIGKILL) }
            for process in first { await Processes.end(of: "\(process)") }
            return (first, try await Self.guards(of: workspace, while: second))
        }
        #expect(outcome.code == 0)
        #expect(outcome.errors.contains("The guard of running processes was ended"))
        #expect(guards.0.count == 1)
        #expect(guards.1.filter { !guards.0.contains($0) }.count == 1)
        await Processes.end { Processes.guards(of: workspace) }
    }
}

/// What `/proc` says.
private enum Processes {
    /// Waits until a process is gone.
    static func end(of process: String) async {
        await end { FileManager.default.fileExists(atPath: "/proc/\(process)/exe") ? [0] : [] }
    }

    /// Waits until there are no such processes.
    static func end(_ processes: () -> [pid_t]) async {
        while !processes().isEmpty { await Task.yield() }
    }

    /// The guards of workers of a workspace.
    static func guards(of workspace: Workspace) -> [pid_t] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.compactMap { pid_t($0) }.filter { process in
            text("/proc/\(process)/cmdline").hasSuffix("job-guard\0")
                && text("/proc/\(process)/environ").contains(workspace.folder)
        }
    }

    private static func text(_ path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
