import JobCore
import JobExecutors
import JobSQLite
import JobTransport

// A5 and A6: jobs whose steps leave the process.

extension Rows {
    static func a5(_ context: Context) async throws -> [Report] {
        let count = 2_000
        var executors = ExecutorRegistry()
        executors.register(CommandExecutor(), for: BuiltInKind.command)
        let registry = executors
        let (ours, others) = try await context.inTurns(
            {
                try await withStore { store in
                    try await store.fill(count) { _ in
                        JobSpec(
                            name: "true",
                            steps: [StepSpec(name: "true", action: .command(CommandAction(.argv(["/bin/true"]))))])
                    }
                    return try await drain(store, count: count, executors: registry, concurrency: 8)
                }
            },
            {
                try await context.limit("spawn_limit", String(count), "2")
            },
            {
                try await taskSpooler(context, count: 500)
            })
        return [
            Report(
                row: "A5", what: "durable jobs of /bin/true, output captured", unit: "jobs/s", ours: ours,
                comparisons: against(
                    ours, others, [("posix_spawn with pipes, 2 at a time", 0.85), ("task-spooler", 2)]))
        ]
    }

    /// Submits commands to a task-spooler of its own and waits for the last one.
    private static func taskSpooler(_ context: Context, count: Int) async throws -> Double {
        try await context.withFolder { folder in
            let environment = ["TS_SOCKET": "\(folder)/socket", "TMPDIR": folder, "TS_MAXFINISHED": "2000"]
            _ = try Child.run(["tsp", "-S", "2"], environment: environment)
            defer { _ = try? Child.run(["tsp", "-K"], environment: environment) }
            let time = try await seconds {
                let last = "i=1; while [ $i -lt \(count) ]; do tsp -n true >/dev/null; i=$((i+1)); done; tsp -n true"
                let id = try Child.run(["sh", "-c", last], environment: environment)
                _ = try Child.run(
                    ["tsp", "-w", String(id.filter(\.isNumber))], environment: environment, isSilent: true)
            }
            return Double(count) / time
        }
    }

    static func a6(_ context: Context) async throws -> [Report] {
        let count = 15_000
        let server = try await Nginx.start(in: context.folder)
        defer { server.stop() }
        let transport = try CurlTransport()
        var executors = ExecutorRegistry()
        executors.register(HTTPExecutor(transport: transport), for: BuiltInKind.http)
        let registry = executors
        let (ours, others) = try await context.inTurns(
            {
                try await withStore { store in
                    try await store.fill(count) { _ in
                        JobSpec(
                            name: "get", steps: [StepSpec(name: "get", action: .http(HTTPAction(url: server.url)))])
                    }
                    return try await drain(store, count: count, executors: registry, concurrency: 64)
                }
            },
            {
                try await context.limit("http_limit", server.url, String(count), "64")
            })
        await transport.shutdown()
        return [
            Report(
                row: "A6", what: "durable jobs of one GET to nginx, 64 at a time", unit: "jobs/s", ours: ours,
                comparisons: against(ours, others, [("libcurl's multi interface, 64 at a time", 0.6)]))
        ]
    }
}

/// A web server of our own on a port of loopback, with one small JSON file.
struct Nginx {
    let url: String
    private let child: Child

    static func start(in folder: String) async throws -> Nginx {
        let port = 20_000 + Int.random(in: 0..<20_000)
        let root = "\(folder)/nginx"
        try Files.makeFolder(root)
        try Files.write(
            #"{"id":"01JABCDEF0123456789ABCDEFG","state":"running","step":2,"steps":5}"#, to: "\(root)/status.json")
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(root)/\($0);" }
        try Files.write(
            """
            worker_processes 1; pid \(root)/pid; error_log \(root)/error.log warn; daemon off;
            events { worker_connections 1024; }
            http {
                access_log off; tcp_nodelay on; keepalive_requests 100000000; default_type application/json;
                \(temporary.joined(separator: " "))
                server { listen 127.0.0.1:\(port); root \(root); }
            }
            """, to: "\(root)/nginx.conf")
        // Its workers run under another user when we are root.
        _ = try Child.run(["chmod", "755", folder, root])
        let child = try Child(
            ["nginx", "-p", root, "-c", "\(root)/nginx.conf", "-e", "\(root)/error.log"])
        for _ in 0..<200 where !Files.exists("\(root)/pid") { try await Task.sleep(for: .milliseconds(10)) }
        try await Task.sleep(for: .milliseconds(100))
        return Nginx(url: "http://127.0.0.1:\(port)/status.json", child: child)
    }

    func stop() { child.stop() }
}
