internal import HTTPTypes
internal import Hummingbird
internal import JobCore
internal import NIOCore

extension JobService {
    /// The calls for those who run the server: health, readiness, metrics and the description of the API.
    public var operations: [Route] {
        let description = descriptionBytes
        return [
            Route(.get, "/healthz", access: .open, operation: .health) { _ in Response(json: ["status": "ok"]) },
            Route(.get, "/readyz", access: .open, operation: .readiness) { _ in try await readiness() },
            Route(.get, "/metrics", access: .scoped([.read]), operation: .metrics) { try await metrics($0) },
            Route(.get, "/openapi.json", access: .open, operation: .description) { _ in
                Response(
                    status: .ok,
                    headers: [
                        .contentType: "application/json", .cacheControl: "no-cache", .xContentTypeOptions: "nosniff",
                    ], body: ResponseBody(byteBuffer: description))
            },
        ]
    }

    private var descriptionBytes: ByteBuffer {
        let own: [Route] = [
            (Operation.health, "/healthz", Route.Access.open), (.readiness, "/readyz", .open),
            (.metrics, "/metrics", .scoped([.read])), (.description, "/openapi.json", .open),
        ].map { operation, path, access in
            Route(.get, path, access: access, operation: operation) { _ in Response(status: .ok) }
        }
        return ByteBuffer(
            bytes: OpenAPIDocument(routes: api + queueProtocol + own, configuration: configuration).json.utf8)
    }

    private func readiness() async throws -> Response {
        // Reads from the store; when that fails, the answer is 503 or 500.
        _ = try await store.changePosition()
        return Response(json: ["status": "ready"])
    }

    private func metrics(_ request: JobRequest) async throws -> Response {
        let principal = request.principal
        var counts = try await store.counts()
        let names = Set(Self.queueNames(counts, [:], for: principal))
        counts.byQueue = counts.byQueue.filter { names.contains($0.key) }
        let page = MetricsPage(
            counts: counts, workers: try await visibleWorkers(for: principal), streams: hub.count, at: time.now,
            version: configuration.version)
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: page.text)))
    }
}
