import JobCore
import Testing

/// Job files that must be refused: named by field and line, with nothing stored.
@Suite struct BadJobFileTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        /// What standard error must contain.
        let complaint: String
        var testDescription: String { name }

        init(_ name: String, _ text: String, _ complaint: String) {
            self.name = name
            self.text = text
            self.complaint = complaint
        }
    }

    private static let step = "steps: [{name: a, command: {argv: [\"true\"]}}]"

    static let fields: [Case] = [
        Case("unknown field", "name: x\ncolour: red\n\(step)", "stdin:2: colour: "),
        Case("near miss", "name: x\nqeue: q\n\(step)", "did you mean queue?"),
        Case(
            "unknown field of a step", "name: x\nsteps:\n- name: a\n  command: {argv: [a]}\n  retries: 3",
            "stdin:5: steps[0].retries: "),
        Case(
            "unknown field of an action", "name: x\nsteps:\n- name: a\n  http:\n    url: http://a/\n    verb: GET",
            "stdin:6: steps[0].http.verb: "),
        Case("read-only id", "id: 1\nname: x\n\(step)", "stdin:1: id: is read-only"),
        Case("read-only status", "name: x\nstatus: succeeded\n\(step)", "stdin:2: status: is read-only"),
        Case(
            "read-only step status", "name: x\nsteps: [{name: a, status: succeeded, command: {argv: [a]}}]",
            "steps[0].status: is read-only"),
        Case("missing name", step, "name: is required"),
        Case("missing steps", "name: x", "stdin:1: steps: is required"),
        Case("missing step name", "name: x\nsteps:\n- command: {argv: [a]}", "stdin:3: steps[0].name: is required"),
        Case("missing action", "name: x\nsteps:\n- name: a", "stdin:3: steps[0]: must have one of"),
        Case("missing url", "name: x\nsteps:\n- name: a\n  http:\n    method: GET", "steps[0].http.url: is required"),
        Case("missing program", "name: x\nsteps: [{name: a, command: {}}]", "steps[0].command.argv: is required"),
        Case(
            "two actions", "name: x\nsteps:\n- name: a\n  command: {argv: [a]}\n  http: {url: \"http://a/\"}",
            "steps[0].command: stands beside http"),
        Case(
            "argv and shell", "name: x\nsteps: [{name: a, command: {argv: [a], shell: a}}]",
            "steps[0].command.shell: stands beside argv"),
        Case(
            "body and json", "name: x\nsteps: [{name: a, http: {url: \"http://a/\", body: a, json: 1}}]",
            "steps[0].http.json: stands beside body"),
        Case("relative URL", "name: x\nsteps: [{name: a, http: {url: /a}}]", "steps[0].http.url: must be an absolute"),
        Case(
            "impossible port", "name: x\nsteps: [{name: a, http: {url: \"http://a:99999/\"}}]",
            "steps[0].http.url: must have a port between 0 and 65535"),
        Case(
            "header of the transport",
            "name: x\nsteps:\n- name: a\n  http:\n    url: http://u:p@[::1]:80/\n    headers: {Content-Length: \"5\"}",
            "steps[0].http.headers.Content-Length: is set by the transport; remove it"),
        Case(
            "empty network", "name: x\nsteps: [{name: a, container: {image: a, network: \"\"}}]",
            "steps[0].container.network: must be the name of a network"),
        Case("other scheme", "name: x\nsteps: [{name: a, http: {url: \"file:///etc/passwd\"}}]", "steps[0].http.url: "),
        Case("name as number", "name: 7\n\(step)", "name: must be a text"),
        Case("name as list", "name: [x]\n\(step)", "name: must be a text"),
        Case("empty name", "name: \"\"\n\(step)", "name: must not be empty"),
        Case("steps as object", "name: x\nsteps: {a: 1}", "steps: must be a list"),
        Case("step as text", "name: x\nsteps: [a]", "steps[0]: must be an object"),
        Case(
            "argv as text", "name: x\nsteps: [{name: a, command: {argv: make}}]",
            "steps[0].command.argv: must be a list"),
        Case(
            "null in argv", "name: x\nsteps: [{name: a, command: {argv: [a, null]}}]",
            "steps[0].command.argv[1]: must be a text"),
        Case(
            "duplicate step", "name: x\nsteps:\n- {name: a, command: {argv: [a]}}\n- {name: a, command: {argv: [a]}}",
            "stdin:4: steps[1].name: "),
        Case("priority out of range", "name: x\npriority: 9000000\n\(step)", "priority: must lie between"),
        Case("priority as fraction", "name: x\npriority: 1.5\n\(step)", "priority: must be a whole number"),
        Case("bad duration", "name: x\ntimeout: soon\n\(step)", "timeout: must be a duration"),
        Case("negative duration", "name: x\ntimeout: -5\n\(step)", "timeout: must be"),
        Case(
            "time without zone", "name: x\nnotBefore: 2026-12-01T02:00:00\n\(step)",
            "notBefore: must be an RFC 3339 time"),
        Case("retry limit zero", "name: x\nretry: {limit: 0}\n\(step)", "retry.limit: must lie between"),
        Case("unknown back-off", "name: x\nretry: {backoff: wild}\n\(step)", "retry.backoff: must be one of"),
        Case("bad queue", "name: x\nqueue: \"a b\"\n\(step)", "queue: must be"),
        Case("bad tag", "name: x\ntags: {a: [1]}\n\(step)", "tags.a: must be a text"),
        Case("script outside", "name: x\nsteps: [{name: a, script: {directory: ../x}}]", "steps[0].script.directory: "),
        Case(
            "script parameter twice", "name: x\nsteps: [{name: a, script: {directory: x, parameters: {a: 1, a: 2}}}]",
            "steps[0].script.parameters.a: stands twice"),
        Case(
            "second job of a batch", "jobs:\n- {name: x, steps: []}\n- {name: y, steps: [{}]}",
            "jobs[1].steps[0].name: is required"),
        Case("second document", "name: x\nsteps: []\n---\nname: y\nstep: []\n", "stdin:5: step: "),
        Case("empty batch", "jobs: []", "holds no job"),
        Case("a text", "just words", "must be an object, not a text"),
        Case("JSON with an unknown field", "{\"name\": \"x\",\n \"steps\": [],\n \"colour\": 1}", "stdin:3: colour: "),
        Case(
            "JSON batch", "[{\"name\": \"x\", \"steps\": []}, {\"name\": 5, \"steps\": []}]", "[1].name: must be a text"
        ),
    ]

    static let texts: [Case] = [
        Case("empty", "", "stdin: the file is empty"),
        Case("blank", " \n\t\n", "the file is empty"),
        Case("only comments", "# nothing\n", "holds no job"),
        Case("NUL", "name: x\u{0}\n", "stdin:1: the file holds NUL bytes"),
        Case("duplicate field", "name: x\nname: y\n\(step)", "stdin:2: name: stands twice"),
        Case(
            "duplicate field deep inside",
            "name: x\nsteps:\n- name: a\n  http:\n    url: http://a/\n    url: http://b/",
            "stdin:6: steps[0].http.url: stands twice"),
        Case("duplicate field in JSON", "{\"name\": \"x\",\n\"name\": \"y\", \"steps\": []}", "stdin:2: "),
        Case("tab as indentation", "name: x\nsteps:\n\t- name: a", "stdin:3: this is no YAML"),
        Case("unclosed list", "name: x\nsteps: [", "this is no YAML"),
        Case("unclosed quote", "name: \"x\nsteps: []", "this is no YAML"),
        Case("bad indentation", "name: x\n  steps: []\n", "this is no YAML"),
        Case("broken JSON", "{\"name\": \"x\",", "stdin:1: this is no JSON"),
        Case("text after JSON", "{\"name\": \"x\", \"steps\": []} x", "this is no JSON"),
        Case("binary tag", "name: !!binary aGVsbG8=\n\(step)", "stdin:1: name: has the tag !!binary"),
        Case("own tag", "name: !secret x\n\(step)", "name: has the tag !secret"),
        Case("tagged list", "name: x\nsteps: !!set []", "steps: has the tag !!set"),
        Case("number as key", "name: x\ntags: {1: a}\n\(step)", "tags: a field's name must be a text"),
        Case("list as key", "name: x\n? [a]\n: b\n", "a field's name must be a text"),
        Case("unknown alias", "name: *x\n\(step)", "there is no anchor &x"),
        Case("alias of itself", "name: x\nsteps: &s [*s]", "there is no anchor &s"),
        Case("infinite number", "name: x\npriority: .inf\n\(step)", "priority: is no finite number"),
        Case("merge of a text", "name: x\n<<: a\n\(step)", "<< must be followed by"),
        Case("alias bomb", bomb(width: 10, depth: 9), "the file is too large"),
        Case("alias bomb of texts", textBomb, "the file is too large"),
        Case(
            "alias bomb as key", "name: x\n" + bombLines(width: 10, depth: 9) + "? *a9\n: b\n", "the file is too large"),
        Case("deep lists", "name: x\nsteps: " + String(repeating: "[", count: 100_000), "nests deeper than 64"),
        Case("deep objects", "name: x\nsteps: " + String(repeating: "{a: ", count: 100_000), "nests deeper than 64"),
        Case(
            "deep blocks", (0..<2_000).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
            "nests deeper than 64"),
        Case("jobs that are no list", "jobs:\n  build:\n    steps: []\n", "jobs: must be a list of jobs"),
        Case(
            "something beside jobs", "jobs:\n- {name: a, steps: []}\nversion: 1\n",
            "3: version: may not stand beside jobs"),
        Case("deep JSON", String(repeating: "[", count: 100_000), "this is no JSON"),
        Case("deep through aliases", deepAliases, "nests deeper than 64"),
        Case(
            "too many values", "name: x\nsteps: [" + String(repeating: "1,", count: 200_000) + "]",
            "the file is too large"),
        Case("huge", "name: x\n# " + String(repeating: "x", count: 5 << 20), "more than 4 MiB"),
    ]

    private static func bombLines(width: Int, depth: Int) -> String {
        var text = "a0: &a0 x\n"
        for level in 1...depth {
            let aliases = Array(repeating: "*a\(level - 1)", count: width).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        return text
    }

    private static func bomb(width: Int, depth: Int) -> String { "name: x\n" + bombLines(width: width, depth: depth) }

    private static var textBomb: String {
        let aliases = Array(repeating: "*t", count: 1_000).joined(separator: ", ")
        return "name: x\nt: &t \(String(repeating: "x", count: 100_000))\nsteps: [\(aliases)]"
    }

    private static var deepAliases: String {
        var text = "name: x\na0: &a0 [x]\n"
        for level in 1...200 { text += "a\(level): &a\(level) [[[[*a\(level - 1)]]]]\n" }
        return text
    }

    @Test(
        "A bad field is named by its path and line, and nothing is stored", .timeLimit(.minutes(1)), arguments: fields)
    func badField(_ example: Case) async throws {
        try await expectRefusal(of: example)
    }

    @Test(
        "A text that is no job file is refused with a reason, and nothing is stored", .timeLimit(.minutes(1)),
        arguments: texts)
    func badText(_ example: Case) async throws {
        try await expectRefusal(of: example)
    }

    private func expectRefusal(of example: Case) async throws {
        let workspace = try Workspace()
        _ = try await workspace.submit("name: earlier\nsteps: []")
        let file = try workspace.write("job.txt", example.text)
        let outcome = try await workspace.jobctl("submit", file)
        #expect(outcome.code == 65, "\(outcome)")
        let complaint = example.complaint.replacing("stdin:", with: "\(file):")
        #expect(outcome.errors.contains(complaint), "\(outcome)")
        #expect(outcome.stdout.isEmpty)
        let listed = try await workspace.jobctl("list", "--json").json
        #expect(listed["jobs"]?[1] == nil)
        #expect(listed["jobs"]?[0]?["name"] == "earlier")
    }

    @Test("Bytes that are not UTF-8 are refused with their line", .timeLimit(.minutes(1)))
    func badUTF8() async throws {
        let workspace = try Workspace()
        let file = try workspace.write("job.yaml", bytes: Array("name: x\nqueue: ".utf8) + [0xC3, 0x28])
        let outcome = try await workspace.jobctl("submit", file)
        #expect(outcome.code == 65)
        #expect(outcome.errors.contains("job.yaml:2: the file is not valid UTF-8 here"))
    }

    @Test("UTF-16 and programs are refused as no text", .timeLimit(.minutes(1)))
    func binary() async throws {
        let workspace = try Workspace()
        let wide = try workspace.write("wide.yaml", bytes: [0xFF, 0xFE, 0x6E, 0x00])
        #expect(try await workspace.jobctl("submit", wide).code == 65)
        #expect(try await workspace.jobctl("submit", Workspace.program).code == 65)
        #expect(try await workspace.jobctl("submit", "/dev/zero").code == 65)
    }

    @Test("A file that cannot be read is an input error", .timeLimit(.minutes(1)))
    func unreadable() async throws {
        let workspace = try Workspace()
        let missing = try await workspace.jobctl("submit", "missing.yaml")
        #expect(missing.code == 74)
        #expect(missing.errors.contains("missing.yaml"))
        #expect(try await workspace.jobctl("submit", workspace.folder).code == 74)
        #expect(!workspace.exists("state"))
    }

    @Test("All faults of a file are told at once", .timeLimit(.minutes(1)))
    func allFaults() async throws {
        let workspace = try Workspace()
        let text = "name: 1\npriority: high\nsteps:\n- name: a\n  http: {url: 5}\n- name: b\n  command: {argv: 1}\n"
        let outcome = try await workspace.jobctl("submit", "-", input: text)
        for line in [
            "stdin:1: name: ", "stdin:2: priority: ", "stdin:5: steps[0].http.url: ",
            "stdin:7: steps[1].command.argv: ",
        ] {
            #expect(outcome.errors.contains(line), "\(outcome)")
        }
    }
}
