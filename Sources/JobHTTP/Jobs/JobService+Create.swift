internal import HTTPTypes
internal import Hummingbird
internal import JobCore

extension JobService {
    /// `POST /v1/jobs`: stores one job or a batch, all or none.
    func createJobs(_ request: JobRequest) async throws -> Response {
        guard request.principal.attempt == nil else {
            throw Problem.forbidden("the token of an attempt submits no jobs")
        }
        let submission = try await submission(request)
        for (index, spec) in submission.specs.enumerated() where !request.principal.mayTouch(queue: spec.queue) {
            let path = submission.isBatch ? "jobs[\(index)].queue" : "queue"
            throw Problem(
                .forbidden, code: "notPermitted", "this token may not use the queue \(spec.queue)",
                errors: [FieldIssue(path: path, message: "is not a queue of this token")])
        }
        try configuration.submission.check(submission.specs)
        let key = try idempotencyKey(request)
        let new = submission.specs.enumerated().map { index, spec in
            key.map { NewJob(spec, id: $0.id(of: index)) } ?? NewJob(spec)
        }
        let caller = request.principal
        var wasMade = false
        if let key { wasMade = try await isRepeated(submission.specs, key, of: caller) }
        let jobs = try await store.enqueue(new)
        // Once more, for what came in between.
        for (job, new) in zip(jobs, new) {
            guard caller.maySee(job) else { throw Problem.uniqueKeyTaken(isBatch: submission.isBatch) }
            if key != nil, job.id == new.id, !job.wasSubmitted(as: new.spec) { throw Problem.idempotencyKeyReused }
        }
        let isCreated = !wasMade && zip(jobs, new).contains { $0.id == $1.id }
        let now = time.now
        if submission.isBatch {
            return Response(
                isCreated ? .created : .ok, json: ["jobs": .array(jobs.map { $0.json(at: now) })])
        }
        return Response(
            isCreated ? .created : .ok, json: jobs[0].json(at: now),
            headers: [
                .location: "\(configuration.pathPrefix)/v1/jobs/\(jobs[0].id)", .eTag: jobs[0].entityTag(at: now),
            ])
    }

    private struct Submission {
        var specs: [JobSpec]
        var isBatch: Bool
    }

    private func submission(_ request: JobRequest) async throws -> Submission {
        let documents: [JSONValue]
        switch request.contentType {
        case nil, "application/json": documents = [try JSONParser.parse(try await request.body())]
        case "application/yaml", "application/x-yaml", "text/yaml":
            guard let yaml = configuration.yaml else { fallthrough }
            documents = try yaml(try await request.body())
        default:
            throw Problem.unsupportedType(
                configuration.yaml == nil ? "application/json" : "application/json or application/yaml")
        }
        var jobs: [JSONValue] = []
        var isBatch = documents.count != 1
        for document in documents {
            if let items = Self.batch(in: document) {
                isBatch = true
                jobs += items
            } else {
                jobs.append(document)
            }
        }
        guard !jobs.isEmpty else { throw Problem.badRequest("the body holds no job") }
        guard jobs.count <= configuration.batchLimit else {
            throw Problem.badRequest("a submission may have at most \(configuration.batchLimit) jobs")
        }
        var specs: [JobSpec] = []
        var issues: [FieldIssue] = []
        for (index, job) in jobs.enumerated() where issues.count < InvalidJob.issuesKept {
            do throws(InvalidJob) { specs.append(try JobSpec(json: job)) } catch {
                issues += (isBatch ? error.prefixed("jobs[\(index)]") : error).issues
            }
        }
        if !issues.isEmpty { throw InvalidJob(issues: issues) }
        return Submission(specs: specs, isBatch: isBatch)
    }

    /// The jobs of a document that may hold several, a list or `{"jobs": list}`; nil when it is a job itself.
    private static func batch(in document: JSONValue) -> [JSONValue]? {
        switch document {
        case .array(let items): return items
        case .object(let object):
            guard object.count == 1, case .array(let items)? = object["jobs"] else { return nil }
            return items
        default: return nil
        }
    }

    private func idempotencyKey(_ request: JobRequest) throws(Problem) -> IdempotencyKey? {
        try request.idempotencyKey().map { IdempotencyKey(caller: request.principal.id, text: $0) }
    }
}
