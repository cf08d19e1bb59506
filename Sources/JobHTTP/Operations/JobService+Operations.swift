internal import Hummingbird
internal import JobCore

extension JobService {
    /// The calls for those who run the server: health, readiness, metrics and the description of the API.
    public var operations: [Route] {
        [
            Route(.get, "/healthz", access: .open) { _ in Response(json: ["status": "ok"]) },
        ]
    }
}
