import Foundation
import JobCore
import Testing

/// Workers that reach their server over TLS, with certificates that the test makes with openssl.
@Suite(.timeLimit(.minutes(3)))
struct TLSWorkerTests {
    /// Makes an authority and the files of a server that it vouches for.
    private static func makeAuthority(_ name: String, in workspace: Workspace) async throws {
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
        let made = try await workspace.shell(
            """
            set -e
            openssl req -x509 \(key) -subj /CN=\(name) -keyout \(name).key -out \(name).pem
            openssl req \(key) -subj /CN=server -keyout \(name)-server.key -out \(name)-server.csr
            echo subjectAltName=IP:127.0.0.1 >\(name).ext
            openssl x509 -req -in \(name)-server.csr -CA \(name).pem -CAkey \(name).key -CAcreateserial -days 2 \
                -extfile \(name).ext -out \(name)-server.pem
            """)
        try #require(made.code == 0, "openssl is needed: \(made)")
    }

    /// Has the server present the certificate of an authority from its next connection on.
    private static func install(_ name: String, in workspace: Workspace) async throws {
        let installed = try await workspace.shell("cp \(name)-server.key key.pem && cp \(name)-server.pem cert.pem")
        try #require(installed.code == 0, "\(installed)")
    }

    /// Runs a server with the installed certificate until `body` returns; returns its URL.
    @discardableResult
    private static func serve(
        in workspace: Workspace, port: String = "0", _ body: @Sendable (_ url: String) async throws -> Void
    ) async throws -> String {
        let (url, outcome) = try await workspace.withJobctl(
            "serve", "--listen", "127.0.0.1:\(port)", "--workers", "0", "--allow", "shell", "--tls-certificate",
            "cert.pem", "--tls-key", "key.pem", "--log-level", "error"
        ) { server in
            let line = try await server.stdout.line(containing: "Listening on ")
            let url = line.split(separator: " ").last.map { String($0) } ?? ""
            try await body(url)
            server.send(SIGTERM)
            return url
        }
        #expect(outcome.code == 0, "\(outcome)")
        return url
    }

    private static func environment(_ workspace: Workspace) async throws -> [String: String] {
        let token = try await workspace.jobctl("token", "create", "--name", "all", "--scopes", "read,submit,work")
        return ["JOBCTL_TOKEN": try #require(token.lines.first)]
    }

    private static let job = "name: hello\nsteps: [{name: greet, command: {shell: echo over TLS}}]"

    @Test("a worker trusts the file of authorities that it is given, and no other")
    func trust() async throws {
        let workspace = try Workspace()
        try await Self.makeAuthority("right", in: workspace)
        try await Self.makeAuthority("wrong", in: workspace)
        try await Self.install("right", in: workspace)
        let environment = try await Self.environment(workspace)
        try await Self.serve(in: workspace) { url in
            #expect(url.hasPrefix("https://"))
            let run = { (words: [String], authority: String?) in
                let file = authority.map { ["--ca-file", workspace.path("\($0).pem")] } ?? []
                // A command that reads nothing may end before it could be sent anything.
                return try await workspace.jobctl(
                    words + ["--store", url] + file, input: words.last == "-" ? Self.job : "",
                    environment: environment)
            }
            let submitted = try await run(["submit", "-"], "right")
            let id = try #require(submitted.lines.first, "\(submitted)")
            for authority in ["wrong", nil] {
                let refused = try await run(["list"], authority)
                #expect(refused.code == 69, "\(refused)")
                #expect(refused.errors.contains("certificate") && refused.errors.contains("trusted authorities"))
                #expect(refused.lines.isEmpty)
            }
            let (_, lost) = try await workspace.withJobctl(
                "worker", "--store", url, "--ca-file", workspace.path("wrong.pem"), environment: environment
            ) { worker in
                try await worker.stderr.line(containing: "certificate problem")
                worker.send(SIGTERM)
            }
            #expect(lost.errors.contains("trusted authorities") && !lost.errors.contains(environment["JOBCTL_TOKEN"]!))
            #expect(try await workspace.show(id)["status"] == "queued")
            let worker = try await run(["worker", "--until-empty", "--log-level", "error"], "right")
            #expect(worker.code == 0, "\(worker)")
            #expect(try await run(["logs", id], "right").text == "over TLS\n")
        }
    }

    @Test("a worker outlives new certificates, and new authorities in its file")
    func rotation() async throws {
        let workspace = try Workspace()
        try await Self.makeAuthority("old", in: workspace)
        try await Self.makeAuthority("new", in: workspace)
        try await Self.install("old", in: workspace)
        try #require(try await workspace.shell("cp old.pem trusted.pem").code == 0)
        let environment = try await Self.environment(workspace)
        let finishes = { @Sendable in
            let ids = try await workspace.submit(Self.job)
            let waited = try await workspace.jobctl(["wait", "--timeout", "60s"] + ids)
            #expect(waited.code == 0, "\(waited)")
        }
        // The port stays the same over the servers that follow each other.
        let url = try await Self.serve(in: workspace) { _ in }
        let port = try #require(url.split(separator: ":").last.map { String($0) })
        let (_, outcome) = try await workspace.withJobctl(
            "worker", "--store", url, "--ca-file", workspace.path("trusted.pem"), environment: environment
        ) { worker in
            try await Self.serve(in: workspace, port: port) { _ in
                try await finishes()
                // What is open goes on under the old certificate; new connections come under the new one.
                try await Self.install("new", in: workspace)
                try #require(try await workspace.shell("cat old.pem new.pem >trusted.pem").code == 0)
                try await finishes()
            }
            // Now nothing is open any more.
            try await Self.serve(in: workspace, port: port) { _ in try await finishes() }
            worker.send(SIGTERM)
        }
        #expect(outcome.code == 0, "\(outcome)")
    }
}
