import JobCore

/// The servers that are asked in turns, each a process of its own that is idle while the others are asked.
struct Servers {
    /// A job of one step, as `POST /v1/jobs` takes it.
    static let submission =
        #"{"name":"nightly","steps":[{"name":"get","http":{"url":"http://127.0.0.1:9/nightly"}}]}"#

    let folder: String
    /// Where `jobctl serve` listens, on a durable SQLite store, without workers.
    let jobctl: String
    let bare: String
    /// A file of nginx.
    let nginx: String
    let flask: Result<String, BenchError>

    /// Stores a job and returns its id.
    func submit() async throws -> String {
        let answer = try Wire.request("POST", "\(jobctl)/v1/jobs", body: Self.submission)
        guard answer.status == 201, let id = answer.fields["location"]?.split(separator: "/").last else {
            throw BenchError("the job was not taken: \(answer.status)")
        }
        return String(id)
    }
}

/// Calls a body while all servers run.
func withServers<Value>(_ context: Context, _ body: (Servers) async throws -> Value) async throws -> Value {
    try await context.withFolder { folder in
        let jobctl = try JobctlServer(context, folder: folder)
        defer { jobctl.stop() }
        let bare = try Child([context.itself, "--child", "bare"])
        defer { bare.stop() }
        guard let address = bare.line() else { throw BenchError("the bare server did not start") }
        let nginx = try await Nginx.start(in: context.folder)
        defer { nginx.stop() }
        let flask = try? Flask(context, folder: folder)
        defer { flask?.child.stop() }
        return try await body(
            Servers(
                folder: folder, jobctl: jobctl.url, bare: address, nginx: nginx.url,
                flask: flask.map { .success($0.url) } ?? .failure(BenchError("flask and gunicorn did not start"))))
    }
}

/// `jobctl serve` on a new durable store, open to all and without a limit of requests.
struct JobctlServer {
    let child: Child
    let url: String

    init(_ context: Context, folder: String) throws {
        child = try Child([
            context.jobctl, "serve", "--store", "sqlite:\(folder)/jobs.sqlite", "--listen", "127.0.0.1:0", "--workers",
            "0", "--no-auth", "--requests-per-second", "0",
        ])
        guard let address = child.line()?.split(separator: " ").last else {
            child.stop()
            throw BenchError("jobctl serve did not start")
        }
        url = String(address)
    }

    func stop() { child.stop() }
}

/// flask behind gunicorn, with huey's SQLite store at its default durability (FULL).
struct Flask {
    let child: Child
    let url: String

    init(_ context: Context, folder: String) throws {
        guard let python = context.python else { throw BenchError("there is no Python with the peers") }
        let port = 40_000 + Int.random(in: 0..<20_000)
        url = "http://127.0.0.1:\(port)"
        child = try Child(
            [
                python, "-m", "gunicorn", "-w", "2", "-k", "gthread", "--threads", "8", "--keep-alive", "75", "-b",
                "127.0.0.1:\(port)", "--log-level", "error", "flask_peer:app",
            ],
            environment: [
                "PYTHONPATH": context.peers, "PYTHONDONTWRITEBYTECODE": "1", "BENCH_STORE": "\(folder)/huey.sqlite",
            ], isSilent: true)
        guard Wire.waitUntilOpen(port) else {
            child.stop()
            throw BenchError("gunicorn did not start")
        }
    }
}
