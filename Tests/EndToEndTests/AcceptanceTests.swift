import JobCore
import Testing

/// One job of all kinds of steps, from its file to its outputs.
@Suite struct AcceptanceTests {
    @Test("A job of http, command, shell and script steps succeeds and keeps what came out", .timeLimit(.minutes(1)))
    func allKinds() async throws {
        let workspace = try Workspace()
        let server = try AnsweringServer([
            .init("201 Created", headers: ["Content-Type: application/json", "X-Made: yes"], body: "{\"id\": 7}"),
            .init("503 Service Unavailable", headers: ["Retry-After: 0"], body: "busy"),
            .init("503 Service Unavailable", headers: ["Retry-After: 0"], body: "busy"),
            .init("200 OK", headers: ["Content-Type: text/plain"], body: "all is well, {but no JSON"),
        ])
        try workspace.write(
            "scripts.d/deploy/10-show",
            "#!/bin/sh\nfor argument in \"$@\"; do printf '<%s>\\n' \"$argument\"; done\necho to-stderr >&2\n",
            isExecutable: true)
        try workspace.write(
            "job.yaml",
            """
            name: everything
            retry: {base: 0, multiplier: 0}
            tags: {team: data}
            steps:
              - name: create
                http: {method: POST, url: "\(server.url)/things", headers: {X-Team: data}, json: {name: 'a "b"', n: 1.5}}
              - name: poll
                http: {url: "\(server.url)/things/7"}
                retry: {limit: 5}
              - name: say
                command: {argv: [printf, '%s\\n', 'a b; $(touch pwned) "q"', 1.10], environment: {V: "1"}}
              - name: shell
                command: {shell: "echo from the shell; echo and its errors >&2"}
              - name: script
                script:
                  directory: scripts.d/deploy
                  parameters: {branch: main, text: 'a b; $(touch pwned) "q" `touch pwned`'}
            """)

        let outcome = try await workspace.jobctl("run", "job.yaml", "--json")

        #expect(outcome.code == 0, "\(outcome)")
        let job = try outcome.json
        #expect(job["status"] == "succeeded")
        #expect(job["cursor"] == 5)
        #expect(job["failure"] == .null)
        let outputs = (0..<5).map { job["steps"]?[$0]?["output"] }
        #expect(outputs[0]?["status"] == 201)
        #expect(outputs[0]?["json"]?["id"] == 7)
        #expect(outputs[0]?["headers"]?["x-made"] == "yes")
        #expect(outputs[1]?["status"] == 200)
        #expect(outputs[1]?["body"] == "all is well, {but no JSON")
        #expect(job["steps"]?[1]?["attempts"] == 3)
        #expect(outputs[2]?["exitCode"] == 0)
        #expect(outputs[3]?["exitCode"] == 0)
        #expect(outputs[4]?["exitCode"] == 0)

        let id = try #require(job["id"]?.stringValue)
        let log = try await workspace.jobctl("logs", id)
        for line in [
            "a b; $(touch pwned) \"q\"", "1.10", "from the shell", "and its errors", "<--name=script>",
            "<--branch=main>",
            "<--text=a b; $(touch pwned) \"q\" `touch pwned`>", "to-stderr",
        ] {
            #expect(log.lines.contains(line), "\(line) is missing in \(log)")
        }
        #expect(!workspace.exists("pwned"))
        #expect(!workspace.exists("scripts.d/deploy/pwned"))
        #expect(server.requests.count == 4)
        #expect(server.requests[0].hasPrefix("POST /things HTTP/1.1\r\n"))
        #expect(server.requests[0].contains("{\"name\":\"a \\\"b\\\"\",\"n\":1.5}"))
    }

    @Test("A run shows each stream of its steps where it belongs", .timeLimit(.minutes(1)))
    func streams() async throws {
        let workspace = try Workspace()
        try workspace.write(
            "job.yaml",
            "name: two\nsteps: [{name: s, command: {shell: \"echo out; echo err >&2; printf half\"}}]")

        let outcome = try await workspace.jobctl("run", "job.yaml")

        #expect(outcome.code == 0)
        #expect(outcome.lines == ["[two/s] out", "[two/s] half"])
        #expect(outcome.errors.contains("[two/s] err\n"))
        #expect(outcome.errors.contains("[two/s] succeeded"))
        #expect(!outcome.text.contains("\u{1B}"))
    }

    @Test("A failing step fails the run, with its exit code and the steps after it skipped", .timeLimit(.minutes(1)))
    func failure() async throws {
        let workspace = try Workspace()
        try workspace.write(
            "job.yaml",
            """
            name: broken
            steps:
            - {name: a, command: {shell: "exit 7"}}
            - {name: b, command: {argv: ["true"]}}
            """)

        let outcome = try await workspace.jobctl("run", "job.yaml", "--json")

        #expect(outcome.code == 1)
        let job = try outcome.json
        #expect(job["status"] == "failed")
        #expect(job["failure"]?["code"] == "exit_code")
        #expect(job["failure"]?["step"] == "a")
        #expect(job["steps"]?[0]?["output"]?["exitCode"] == 7)
        #expect(job["steps"]?[1]?["status"] == "skipped")
    }
}
