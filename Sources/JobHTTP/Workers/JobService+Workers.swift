internal import Hummingbird
package import JobCore

extension JobService {
    /// The calls about workers.
    public var workers: [Route] {
        [
            Route(.get, "/v1/workers", access: .scoped([.read]), operation: .listWorkers) {
                try await listWorkers($0)
            },
            Route(.post, "/v1/workers/{name}/drain", access: .scoped([.admin]), operation: .drainWorker) {
                try await drainWorker($0)
            },
        ]
    }

    private func listWorkers(_ request: JobRequest) async throws -> Response {
        var query = try QueryReader(request.request.uri.query)
        try query.finish()
        let workers = try await visibleWorkers(for: request.principal)
        return Response(json: ["workers": .array(workers.map(\.json))])
    }

    /// The workers that serve a queue of the caller, with those of their jobs that the caller may see.
    func visibleWorkers(for principal: Principal) async throws -> [WorkerRecord] {
        guard !principal.seesEverything else { return try await store.workers() }
        guard principal.attempt == nil else { return [] }
        var workers = try await store.workers().filter { !principal.queues.isDisjoint(with: $0.report.queues) }
        for index in workers.indices {
            workers[index].jobs = try await visible(workers[index].jobs, for: principal)
        }
        return workers
    }

    /// Those of some jobs that the caller may see.
    func visible(_ jobs: [JobID], for principal: Principal) async throws -> [JobID] {
        guard !principal.seesEverything else { return jobs }
        var visible: [JobID] = []
        for id in jobs where try await store.job(id).map(principal.maySee) ?? false { visible.append(id) }
        return visible
    }

    private func drainWorker(_ request: JobRequest) async throws -> Response {
        let name = try request.parameter("name")
        guard (1...200).contains(name.count), try await drain(name, for: request.principal) else {
            throw Problem.notFound("there is no such worker")
        }
        return Response(.accepted, json: ["name": .string(name), "draining": true])
    }

    /// Orders a worker to drain; false when there is none, or when it also serves others than the caller.
    func drain(_ name: String, for principal: Principal) async throws -> Bool {
        if !principal.seesEverything || principal.worker != nil {
            let record = try await store.workers().first { $0.report.name == name }
            guard record.map(principal.mayOrder) ?? false else { return false }
        }
        return try await store.drain(worker: name)
    }
}

extension WorkerRecord {
    /// The worker as the API shows it.
    package var json: JSONValue {
        [
            "name": .string(report.name), "queues": .array(report.queues.map(JSONValue.string)),
            "slots": .integer(Int64(report.slots)), "version": .string(report.version), "host": .string(report.host),
            "pid": .integer(Int64(report.processID)), "startedAt": .string(report.startedAt.description),
            "lastSeen": .string(lastSeen.description), "draining": .bool(isDraining),
            "jobs": .array(jobs.map { .string($0.description) }), "notice": report.notice?.json ?? .null,
        ]
    }
}

extension WorkerNotice {
    /// The notice as the API shows it.
    fileprivate var json: JSONValue {
        [
            "kind": .string(kind.rawValue), "time": time.map { .string($0.description) } ?? .null,
            "message": .string(message),
        ]
    }
}
