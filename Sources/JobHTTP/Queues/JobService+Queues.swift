internal import Hummingbird
package import JobCore

extension JobService {
    /// The calls about named queues.
    public var queues: [Route] {
        [
            Route(.get, "/v1/queues", access: .scoped([.read]), operation: .listQueues) { try await listQueues($0) },
            Route(.get, "/v1/queues/{name}", access: .scoped([.read]), operation: .readQueue) {
                try await readQueue($0)
            },
            Route(.patch, "/v1/queues/{name}", access: .scoped([.admin]), operation: .setQueue) {
                try await setQueue($0)
            },
        ]
    }

    private func listQueues(_ request: JobRequest) async throws -> Response {
        var query = try QueryReader(request.request.uri.query)
        try query.finish()
        let counts = try await store.counts()
        let settings = try await store.queueSettings()
        let names = Set(counts.byQueue.keys).union(settings.keys).filter(request.principal.mayTouch)
        return Response(
            json: [
                "queues": .array(
                    names.sorted().map { Self.json(of: $0, counts, settings[$0] ?? NamedQueueSettings()) })
            ])
    }

    private func readQueue(_ request: JobRequest) async throws -> Response {
        let name = try queueName(request)
        let counts = try await store.counts()
        let settings = try await store.queueSettings()[name]
        guard counts.byQueue[name] != nil || settings != nil else { throw Problem.notFound("there is no such queue") }
        return Response(json: Self.json(of: name, counts, settings ?? NamedQueueSettings()))
    }

    private func setQueue(_ request: JobRequest) async throws -> Response {
        let name = try queueName(request)
        let fields = try FieldsOfBody(try await request.json(), known: ["paused", "concurrency"])
        var settings = try await store.queueSettings()[name] ?? NamedQueueSettings()
        if let value = fields["paused"] {
            guard let flag = value.boolValue else { throw Problem.invalid("paused", "must be true or false") }
            settings.isPaused = flag
        }
        if let value = fields["concurrency"] {
            if value == .null {
                settings.concurrency = nil
            } else {
                guard let number = value.integerValue.flatMap(Int.init(exactly:)), (1...1_000_000).contains(number)
                else { throw Problem.invalid("concurrency", "must be a whole number from 1 to 1000000, or null") }
                settings.concurrency = number
            }
        }
        try await store.setQueueSettings(settings, for: name)
        return Response(json: Self.json(of: name, try await store.counts(), settings))
    }

    private func queueName(_ request: JobRequest) throws(Problem) -> String {
        let name = try request.parameter("name")
        // Names of another shape and queues of others name none.
        guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(Self.isNameByte),
            request.principal.mayTouch(queue: name)
        else { throw .notFound("there is no such queue") }
        return name
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte)
            || [45, 46, 95].contains(byte)
    }

    /// A named queue as the API shows it.
    package static func json(of name: String, _ counts: QueueCounts, _ settings: NamedQueueSettings) -> JSONValue {
        var numbers = JSONObject()
        for status in JobStatus.allCases {
            numbers[status.rawValue] = .integer(Int64(counts.byQueue[name]?[status] ?? 0))
        }
        return [
            "name": .string(name), "paused": .bool(settings.isPaused),
            "concurrency": settings.concurrency.map { .integer(Int64($0)) } ?? .null, "counts": .object(numbers),
        ]
    }
}
