import JobClient
import JobCore
import JobTransport

// Compiled, not run: the lines that Docs/remote-workers.md shows.

func remoteRunner(token: String, executors: ExecutorRegistry) throws -> JobRunner {
    let transport = try CurlTransport()
    let server = try ServerAddress(url: "https://a.example.org:8443", token: try BearerToken(token))
    let store = RemoteQueue(server: server, transport: transport)
    let runner = JobRunner(store: store, executors: executors)
    return runner
}

func submitting(_ spec: JobSpec, server: ServerAddress, transport: CurlTransport) async throws {
    let client = JobClient(server: server, transport: transport)
    let job = try await client.submit(spec, key: "order-4711")  // the same key is the same job
    let end = try await client.finished(job.id)
    print(end?.status ?? .queued)
    for try await job in client.changes() { print(job.name, job.status) }
}
