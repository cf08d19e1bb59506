import Foundation
import JobCore
import JobSQLite
import Testing

/// Each command's way when all is well, and its exit code when it is not.
@Suite struct CommandTests {
    private static let plain = "name: plain\nsteps: [{name: s, command: {argv: [echo, hello]}}]"
    private static let unknown = "01a00000-0000-7000-8000-000000000000"

    // MARK: submit

    @Test("submit prints the id, and with --json the job", .timeLimit(.minutes(1)))
    func submit() async throws {
        let workspace = try Workspace()
        let plain = try await workspace.jobctl("submit", "-", input: Self.plain)
        #expect(plain.code == 0)
        #expect(plain.lines.count == 1)
        #expect(JobID(plain.lines[0]) != nil)
        let json = try await workspace.jobctl("submit", "-", "--json", input: Self.plain).json
        #expect(json["status"] == "queued")
        #expect(json["name"] == "plain")
    }

    @Test("Options of submit replace what the file says", .timeLimit(.minutes(1)))
    func overrides() async throws {
        let workspace = try Workspace()
        let job = try await workspace.jobctl(
            "submit", "-", "--json", "--queue", "other", "--priority", "-3", "--not-before", "2099-01-01T00:00:00Z",
            "--unique-key", "k", "--tag", "team=data", "--tag", "a=b=c", "--metadata", "trace=1", input: Self.plain
        ).json
        #expect(job["queue"] == "other")
        #expect(job["priority"] == -3)
        #expect(job["notBefore"] == "2099-01-01T00:00:00Z")
        #expect(job["status"] == "scheduled")
        #expect(job["uniqueKey"] == "k")
        #expect(job["tags"] == ["team": "data", "a": "b=c"])
        #expect(job["metadata"] == ["trace": "1"])
    }

    @Test("A held unique key stores nothing and prints the holder's id", .timeLimit(.minutes(1)))
    func uniqueKey() async throws {
        let workspace = try Workspace()
        let first = try await workspace.submit(Self.plain, "--unique-key", "k")
        let second = try await workspace.jobctl("submit", "-", "--unique-key", "k", input: Self.plain)
        #expect(second.code == 0)
        #expect(second.lines == first)
        #expect(second.errors.contains("is held by job \(first[0])"))
    }

    @Test(
        "A batch is stored whole, in its order", .timeLimit(.minutes(1)),
        arguments: [
            "name: a\nsteps: []\n---\nname: b\nsteps: []\n", "jobs:\n- {name: a, steps: []}\n- {name: b, steps: []}",
            "- {name: a, steps: []}\n- {name: b, steps: []}",
            "{\"jobs\": [{\"name\": \"a\", \"steps\": []}, {\"name\": \"b\", \"steps\": []}]}",
        ])
    func batch(_ text: String) async throws {
        let workspace = try Workspace()
        let json = try await workspace.jobctl("submit", "-", "--json", input: text).json
        #expect(json["jobs"]?[0]?["name"] == "a")
        #expect(json["jobs"]?[1]?["name"] == "b")
        #expect(json["jobs"]?[2] == nil)
    }

    @Test("submit --wait ends as the job does", .timeLimit(.minutes(1)))
    func submitAndWait() async throws {
        let workspace = try Workspace()
        async let waiting = workspace.jobctl("submit", "-", "--wait", "--json", input: Self.plain)
        let store = try await workspace.openStore()
        for await _ in store.signals(for: .everything) where try await store.counts().unfinished == 1 { break }
        _ = try await workspace.jobctl("worker", "--until-empty")
        let outcome = try await waiting
        #expect(outcome.code == 0)
        #expect(try outcome.json["status"] == "succeeded")
        try await store.close()
    }

    @Test("YAML scalars mean what YAML 1.2 says, and texts stay as written", .timeLimit(.minutes(1)))
    func scalars() async throws {
        let workspace = try Workspace()
        let text = """
            name: !!str 12
            priority: 0x1F
            tags: {version: 1.10, zero: 007, truth: True, no: no, when: 2026-12-01}
            timeout: 1.5e1
            steps:
              - &base {name: one, command: &echo {argv: [echo, 1e3, ~x, 'null', on]}}
              - {<<: *base, name: two}
              - {name: three, command: *echo}
            """
        let outcome = try await workspace.jobctl("run", "-", "--json", input: text)
        #expect(outcome.code == 0, "\(outcome)")
        let job = try outcome.json
        #expect(job["name"] == "12")
        #expect(job["priority"] == 31)
        for (key, value) in ["version": "1.10", "zero": "007", "truth": "True", "no": "no", "when": "2026-12-01"] {
            #expect(job["tags"]?[key] == .string(value))
        }
        #expect(outcome.errors.contains("[12/two] 1e3 ~x null on"))
        #expect(outcome.errors.contains("[12/three] 1e3 ~x null on"))
    }

    // MARK: list, show

    @Test("list filters, pages and shows what there is", .timeLimit(.minutes(1)))
    func list() async throws {
        let workspace = try Workspace()
        for number in 1...5 {
            _ = try await workspace.submit(
                "name: j\(number)\nsteps: []", "--queue", number < 3 ? "a" : "b", "--tag", "n=\(number)")
        }
        let names = { (arguments: [String]) async throws -> [String] in
            let json = try await workspace.jobctl(["list", "--json"] + arguments).json
            return (0..<9).compactMap { json["jobs"]?[$0]?["name"]?.stringValue }
        }
        #expect(try await names([]) == ["j5", "j4", "j3", "j2", "j1"])
        #expect(try await names(["--queue", "a"]) == ["j2", "j1"])
        #expect(try await names(["--tag", "n=4"]) == ["j4"])
        #expect(try await names(["--name", "j3"]) == ["j3"])
        #expect(try await names(["--status", "succeeded,failed"]).count == 5)
        #expect(try await names(["--status", "queued"]) == [])
        let page = try await workspace.jobctl("list", "--limit", "2", "--json").json
        let next = try #require(page["next"]?.stringValue)
        #expect(try await names(["--limit", "2", "--after", next]) == ["j3", "j2"])
        #expect(try await workspace.jobctl("list", "--json", "--limit", "5").json["next"] == .null)
        let table = try await workspace.jobctl("list", "--limit", "2")
        #expect(table.lines[0].hasPrefix("ID "))
        #expect(table.lines[1].contains("j5"))
        #expect(table.errors.contains("--after \(next)"))
    }

    @Test("show has the same job for people and programs", .timeLimit(.minutes(1)))
    func show() async throws {
        let workspace = try Workspace()
        let run = try await workspace.jobctl("run", "-", "--json", input: Self.plain).json
        let id = try #require(run["id"]?.stringValue)
        #expect(try await workspace.show(id) == run)
        let text = try await workspace.jobctl("show", id)
        #expect(text.lines.contains { $0.hasPrefix("status") && $0.hasSuffix("succeeded") })
        #expect(text.lines.contains { $0.contains("command") && $0.hasSuffix("exit 0") })
    }

    // MARK: logs, wait

    @Test("logs -f shows lines while the step runs, and ends with the job", .timeLimit(.minutes(1)))
    func follow() async throws {
        let workspace = try Workspace()
        let gate = try Fifo(workspace.path("gate"))
        let ids = try await workspace.submit(
            "name: f\nsteps: [{name: s, command: {shell: \"echo before; cat gate; echo after >&2\"}}]")
        async let worker = workspace.jobctl("worker", "--until-empty")
        let (_, outcome) = try await workspace.withJobctl("logs", "--follow", ids[0]) { logs in
            try await logs.stdout.line(containing: "before")
            try await gate.open()
        }
        #expect(outcome.code == 0)
        #expect(outcome.lines == ["before", "go", "after"])
        #expect(try await worker.code == 0)
        #expect(try await workspace.jobctl("logs", ids[0], "--offset", "7").lines == ["go", "after"])
        let json = try await workspace.jobctl("logs", ids[0], "--step", "s", "--json").lines.map {
            try JSONParser.parse(Array($0.utf8))
        }
        #expect(json.first?["stream"] == "stdout")
        #expect(json.last?["stream"] == "stderr")
        #expect(json.last?["step"] == "s")
        #expect(try await workspace.jobctl("logs", ids[0], "--step", "none").code == 64)
    }

    @Test("wait is woken by another process and ends as the jobs do", .timeLimit(.minutes(1)))
    func wait() async throws {
        let workspace = try Workspace()
        let good = try await workspace.submit(Self.plain)
        let bad = try await workspace.submit("name: bad\nsteps: [{name: s, command: {argv: ['false']}}]")
        async let both = workspace.jobctl("wait", good[0], bad[0])
        async let one = workspace.jobctl("wait", good[0], "--json")
        async let any = workspace.jobctl("wait", "--any", good[0], bad[0], "--queue-is-no-option")
        #expect(try await any.code == 64)
        #expect(try await workspace.jobctl("worker", "--until-empty").code == 0)
        #expect(try await both.code == 1)
        #expect(try await Set(both.lines.map { String($0.prefix(36)) }) == [good[0], bad[0]])
        #expect(try await one.code == 0)
        #expect(try await one.json["status"] == "succeeded")
    }

    @Test("wait ends with 75 when its time is over", .timeLimit(.minutes(1)))
    func waitTimeout() async throws {
        let workspace = try Workspace()
        let ids = try await workspace.submit(Self.plain)
        let outcome = try await workspace.jobctl("wait", ids[0], "--timeout", "10ms", "--json")
        #expect(outcome.code == 75)
        #expect(try outcome.json["status"] == "queued")
    }

    // MARK: cancel, retry

    @Test("A cancelled job can be retried, and a finished one cannot be cancelled", .timeLimit(.minutes(1)))
    func cancelAndRetry() async throws {
        let workspace = try Workspace()
        let ids = try await workspace.submit(Self.plain)
        let cancelled = try await workspace.jobctl("cancel", ids[0], "--reason", "not now")
        #expect(cancelled.code == 0)
        #expect(cancelled.lines == ["\(ids[0]) cancelled"])
        let again = try await workspace.jobctl("cancel", ids[0])
        #expect(again.code == 1)
        #expect(again.errors.contains("already been cancelled"))
        #expect(try await workspace.jobctl("retry", ids[0], "--json").json["status"] == "queued")
        let early = try await workspace.jobctl("retry", ids[0])
        #expect(early.code == 1)
        #expect(early.errors.contains("queued"))
        #expect(try await workspace.jobctl("worker", "--until-empty").code == 0)
        #expect(try await workspace.show(ids[0])["status"] == "succeeded")
    }

    @Test("cancel stops a running step of another process", .timeLimit(.minutes(1)))
    func cancelRunning() async throws {
        let workspace = try Workspace()
        let gate = try Fifo(workspace.path("gate"))
        let ids = try await workspace.submit(
            "name: f\nsteps: [{name: s, command: {shell: \"echo up > gate; cat gate\"}}]")
        async let worker = workspace.jobctl("worker", "--until-empty")
        #expect(try await gate.read() == "up\n")
        #expect(try await workspace.jobctl("cancel", ids[0]).lines == ["\(ids[0]) cancelling"])
        #expect(try await workspace.jobctl("wait", ids[0]).code == 1)
        #expect(try await workspace.show(ids[0])["status"] == "cancelled")
        #expect(try await worker.code == 0)
    }

    // MARK: worker

    @Test("A worker drains on SIGTERM and ends well", .timeLimit(.minutes(1)))
    func drain() async throws {
        let workspace = try Workspace()
        let gate = try Fifo(workspace.path("gate"))
        let ids = try await workspace.submit(
            "name: f\nsteps: [{name: s, command: {shell: \"echo up > gate; cat gate\"}}]")
        let (_, outcome) = try await workspace.withJobctl("worker", "--log-format", "json") { worker in
            _ = try await gate.read()
            worker.send(SIGTERM)
            try await worker.stderr.line(containing: "Draining")
            try await gate.open()
        }
        #expect(outcome.code == 0, "\(outcome)")
        for line in outcome.errors.split(separator: "\n") { _ = try JSONParser.parse(Array(line.utf8)) }
        #expect(try await workspace.show(ids[0])["status"] == "succeeded")
    }

    @Test("A second signal stops a worker at once, and the job waits for another", .timeLimit(.minutes(1)))
    func stopAtOnce() async throws {
        let workspace = try Workspace()
        let gate = try Fifo(workspace.path("gate"))
        let ids = try await workspace.submit(
            "name: f\nsteps: [{name: s, command: {shell: \"echo up > gate; cat gate\"}}]")
        let (_, outcome) = try await workspace.withJobctl("worker") { worker in
            _ = try await gate.read()
            worker.send(SIGINT)
            try await worker.stderr.line(containing: "Draining")
            worker.send(SIGINT)
        }
        #expect(outcome.code == 0, "\(outcome)")
        let job = try await workspace.show(ids[0])
        #expect(job["status"] == "queued")
        #expect(job["steps"]?[0]?["attempts"] == 0)
    }

    @Test(
        "A worker refuses what it does not allow", .timeLimit(.minutes(1)),
        arguments: [("command", "shell: a"), ("shell", "argv: [a]"), ("http", "argv: [a]")])
    func allow(_ allowed: String, _ command: String) async throws {
        let workspace = try Workspace()
        let ids = try await workspace.submit("name: x\nsteps: [{name: s, command: {\(command)}}]")
        #expect(try await workspace.jobctl("worker", "--until-empty", "--allow", allowed).code == 0)
        let job = try await workspace.show(ids[0])
        #expect(job["status"] == "failed")
        #expect(["not_permitted", "unknown_kind"].contains(job["failure"]?["code"]?.stringValue))
    }

    // MARK: prune, doctor, completions

    @Test("prune deletes what is past its retention", .timeLimit(.minutes(1)))
    func prune() async throws {
        let workspace = try Workspace()
        _ = try await workspace.submit("name: old\nretention: 0s\nsteps: []\n---\nname: kept\nsteps: []")
        #expect(try await workspace.jobctl("prune", "--json").json["deleted"] == 1)
        #expect(try await workspace.jobctl("list", "--json").json["jobs"]?[0]?["name"] == "kept")
    }

    @Test("doctor says what it found, and fails for a store that is none", .timeLimit(.minutes(1)))
    func doctor() async throws {
        let workspace = try Workspace()
        let well = try await workspace.jobctl("doctor", "--json")
        #expect(well.code == 0, "\(well)")
        #expect(try well.json["ok"] == true)
        #expect(!workspace.exists("state"))
        let file = try workspace.write("text.sqlite", "this is no database, but it is long enough to be looked at")
        let ill = try await workspace.jobctl("doctor", "--store", "sqlite:\(file)")
        #expect(ill.code == 1)
        #expect(ill.lines.contains { $0.hasPrefix("fail") && $0.contains("store") })
    }

    @Test("Completions are made for each shell", .timeLimit(.minutes(1)), arguments: ["bash", "zsh", "fish"])
    func completions(_ shell: String) async throws {
        let outcome = try await Workspace().jobctl("completions", shell)
        #expect(outcome.code == 0)
        #expect(outcome.text.contains("jobctl"))
        #expect(outcome.text.contains("until-empty"))
    }

    @Test(
        "Each command has a help with examples", .timeLimit(.minutes(1)),
        arguments: [
            "run", "submit", "list", "show", "logs", "wait", "cancel", "retry", "worker", "prune", "doctor",
            "completions",
        ])
    func help(_ command: String) async throws {
        let outcome = try await Workspace().jobctl(command, "--help")
        #expect(outcome.code == 0)
        #expect(outcome.text.contains("EXAMPLES:"))
        #expect(outcome.stderr.isEmpty)
    }

    // MARK: Errors

    @Test(
        "Wrong usage ends with 64", .timeLimit(.minutes(1)),
        arguments: [
            ["nonsense"], ["run"], ["submit"], ["list", "--limit", "0"], ["list", "--status", "odd"], ["wait"],
            ["worker", "--lease", "soon"], ["worker", "--allow", "all"], ["worker", "--concurrency", "0"],
            ["submit", "-", "--tag", "novalue"], ["list", "--store", "jobs.db"], ["list", "--store", "sqlite:"],
            ["completions", "tcsh"], ["logs", unknown, "--offset", "-1"],
        ])
    func usage(_ arguments: [String]) async throws {
        let outcome = try await Workspace().jobctl(arguments)
        #expect(outcome.code == 64, "\(outcome)")
        #expect(outcome.stdout.isEmpty)
        #expect(!outcome.stderr.isEmpty)
    }

    @Test(
        "A job that does not exist ends with 66", .timeLimit(.minutes(1)),
        arguments: [["show"], ["logs"], ["wait"], ["cancel"], ["retry"], ["run", "--resume"]])
    func noSuchJob(_ command: [String]) async throws {
        let workspace = try Workspace()
        _ = try await workspace.submit(Self.plain)
        for id in [Self.unknown, "nonsense"] {
            let outcome = try await workspace.jobctl(command + [id])
            #expect(outcome.code == 66, "\(outcome)")
            #expect(outcome.errors.contains(id))
        }
    }

    @Test(
        "A store that is missing or of an unknown kind ends with 69, and no file is made", .timeLimit(.minutes(1)),
        arguments: [
            ["list"], ["show", unknown], ["logs", unknown], ["wait", unknown], ["cancel", unknown], ["prune"],
        ])
    func noStore(_ command: [String]) async throws {
        let workspace = try Workspace()
        let missing = try await workspace.jobctl(command)
        #expect(missing.code == 69, "\(missing)")
        #expect(missing.errors.contains("there is no store"))
        #expect(!workspace.exists("state"))
        let remote = try await workspace.jobctl(command + ["--store", "postgres://user:secret@host/db"])
        #expect(remote.code == 69)
        #expect(!remote.errors.contains("secret"))
    }

    @Test("Names of queues may have spaces between them, and nothing else", .timeLimit(.minutes(1)))
    func queueNames() async throws {
        let workspace = try Workspace()
        _ = try await workspace.submit(Self.plain, "--queue", "mail")
        let worked = try await workspace.jobctl("worker", "--until-empty", "--queues", "default, mail")
        #expect(worked.code == 0)
        #expect(try await workspace.jobctl("list", "--json").json["jobs"]?[0]?["status"] == "succeeded")
        for command in [["worker", "--queues", "a b"], ["list", "--queue", "a b"], ["serve", "--queues", "a/b"]] {
            let outcome = try await workspace.jobctl(command)
            #expect(outcome.code == 64)
            #expect(outcome.errors.contains("is no name of a queue; it has 1 to 64 letters"), "\(outcome)")
        }
    }

    @Test("YAML in its flow style is YAML, also where it looks like JSON at first", .timeLimit(.minutes(1)))
    func flowStyle() async throws {
        let workspace = try Workspace()
        #expect(try await workspace.submit("{name: a, steps: []}").count == 1)
        #expect(try await workspace.submit("[{name: a, steps: []}, {name: b, steps: []}]").count == 2)
        #expect(try await workspace.submit("{\"name\": \"a\", \"steps\": []} # c").count == 1)
        let file = try workspace.write("job.json", "{name: a, steps: []}")
        let refused = try await workspace.jobctl("submit", file)
        #expect(refused.code == 65)
        #expect(refused.errors.contains("this is no JSON"))
    }

}
