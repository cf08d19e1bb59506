import Foundation
import GRDB
import JobCore
import Testing

/// Which file a command works on, and that it touches no other.
@Suite struct StoreLocationTests {
    private static let plain = "name: plain\nsteps: [{name: s, command: {argv: [echo, hello]}}]"

    @Test("The default store is a private file in the state directory", .timeLimit(.minutes(1)))
    func defaultStore() async throws {
        let workspace = try Workspace()
        let unset = ["JOBCTL_STORE": "", "XDG_STATE_HOME": workspace.path("xdg")]
        let outcome = try await workspace.jobctl("submit", "-", input: Self.plain, environment: unset)
        #expect(outcome.code == 0)
        #expect(workspace.exists("xdg/jobkit/jobs.sqlite"))
        let home = try await workspace.jobctl("submit", "-", input: Self.plain, environment: ["JOBCTL_STORE": ""])
        #expect(home.code == 0)
        #expect(workspace.exists(".local/state/jobkit/jobs.sqlite"))
    }

    @Test(
        "A store in the home directory is named with a tilde, as nothing expands it behind sqlite:",
        .timeLimit(.minutes(1)))
    func homeStore() async throws {
        let workspace = try Workspace()
        let environment = ["JOBCTL_STORE": "sqlite:~/own.sqlite"]
        let stored = try await workspace.jobctl("submit", "-", input: Self.plain, environment: environment)
        #expect(stored.code == 0)
        #expect(workspace.exists("own.sqlite"))
        #expect(!workspace.exists("~"))
        let listed = try await workspace.jobctl("list", "--json", environment: environment)
        #expect(try listed.json["jobs"]?[0]?["id"] == .string(stored.lines[0]))
    }

    @Test("Looking makes no store, least of all in somebody else's database", .timeLimit(.minutes(1)))
    func foreignDatabase() async throws {
        let workspace = try Workspace()
        let path = workspace.path("customers.sqlite")
        try await DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE TABLE customers (name TEXT)") }
        try workspace.write("empty.sqlite", "")
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        for name in ["customers.sqlite", "empty.sqlite"] {
            let outcome = try await workspace.jobctl("list", "--store", "sqlite:\(workspace.path(name))")
            #expect(outcome.code == 69)
            #expect(outcome.errors.contains("holds no store; jobctl submit and jobctl run make one"), "\(outcome)")
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        #expect(try Data(contentsOf: URL(fileURLWithPath: workspace.path("empty.sqlite"))).isEmpty)
    }
}
