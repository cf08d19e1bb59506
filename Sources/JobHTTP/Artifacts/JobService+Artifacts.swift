internal import HTTPTypes
internal import Hummingbird
internal import JobCore
internal import NIOCore

extension JobService {
    /// `GET /v1/jobs/{id}/artifacts`: the files of a job.
    func listArtifacts(_ request: JobRequest) async throws -> Response {
        let id = try request.jobID()
        _ = try await visibleJob(id, for: request.principal)
        guard let artifacts = try await store.artifacts(of: id) else { throw Problem.noSuchJob }
        return Response(json: ["artifacts": .array(artifacts.map(\.json))])
    }

    /// `GET /v1/jobs/{id}/artifacts/{name}`: one file.
    func readArtifact(_ request: JobRequest) async throws -> Response {
        let id = try request.jobID()
        let name = try request.parameter("name")
        guard NewArtifact.isName(name) else { throw Problem.noSuchArtifact }
        _ = try await visibleJob(id, for: request.principal)
        guard let content = try await store.artifact(of: id, named: name) else { throw Problem.noSuchArtifact }
        var headers: HTTPFields = [
            .contentType: content.artifact.contentType, .cacheControl: "private, no-cache",
            .xContentTypeOptions: "nosniff",
            // Whatever a job made is saved and not shown, and may run nothing where it is shown all the same.
            .contentDisposition: "attachment; filename=\"\(name)\"",
            .contentSecurityPolicy: "sandbox; default-src 'none'",
        ]
        headers[.lastModified] = DateText.text(of: content.artifact.createdAt.microseconds / 1_000_000)
        var artifact = content.artifact
        // One that was stored before stores kept hashes.
        if artifact.sha256 == nil { artifact.sha256 = ContentHash.sha256(content.bytes) }
        headers[.eTag] = artifact.entityTag
        if let field = Self.digestField { headers[field] = artifact.representationDigest }
        if let known = request.headers[.ifNoneMatch], let tag = artifact.entityTag,
            EntityTags.matches(known, tag, weakly: true)
        {
            return Response(status: .notModified, headers: headers)
        }
        return Response(
            status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: content.bytes)))
    }

    /// `PUT /v1/jobs/{id}/artifacts/{name}`: stores a file, in the place of an earlier one of the name.
    func putArtifact(_ request: JobRequest) async throws -> Response {
        let id = try request.jobID()
        let name = try request.parameter("name")
        guard NewArtifact.isName(name) else { throw ArtifactRefused.invalidName }
        let key = try leaseKey(request)
        let principal = request.principal
        // Whether a lease still stands is the store's to say, so a job that its worker has lost is no stranger here.
        guard try await store.job(id).map(principal.maySee) ?? false else { throw Problem.noSuchJob }
        if let key {
            guard principal.has(.work), principal.mayWrite(id, under: key) else {
                throw Problem.forbidden("this token may not write under that lease")
            }
        } else if principal.attempt != nil || principal.worker != nil {
            throw Problem.badRequest("a worker's upload must bear its lease: Job-Worker and Job-Generation")
        } else if !principal.has(.submit) {
            throw Problem.forbidden(
                "without a lease (Job-Worker and Job-Generation) this needs the scope submit")
        }
        let artifact = try await store.putArtifact(
            NewArtifact(
                job: id, name: name, contentType: request.headers[.contentType] ?? "application/octet-stream",
                bytes: try await request.body(upTo: Int(configuration.artifactLimit.bytes)), key: key))
        var headers: HTTPFields = [.location: "\(configuration.pathPrefix)/v1/jobs/\(id)/artifacts/\(name)"]
        headers[.eTag] = artifact.entityTag
        return Response(.created, json: artifact.json, headers: headers)
    }

    private func leaseKey(_ request: JobRequest) throws(Problem) -> LeaseKey? {
        let worker = Self.workerField.flatMap { request.headers[$0] }
        let generation = Self.generationField.flatMap { request.headers[$0] }
        if worker == nil, generation == nil { return nil }
        guard let worker, let number = generation.flatMap(Int.init), number >= 0 else {
            throw .invalid("", "must come with both Job-Worker and Job-Generation, a whole number, or with neither")
        }
        return LeaseKey(worker: worker, generation: number)
    }

    // https://www.rfc-editor.org/rfc/rfc9530#section-3
    private static let digestField = HTTPField.Name("Repr-Digest")
    private static let workerField = HTTPField.Name("Job-Worker")
    private static let generationField = HTTPField.Name("Job-Generation")
}

extension Problem {
    fileprivate static let noSuchArtifact = notFound("the job has no such artifact")
}

extension Artifact {
    /// The artifact as the API shows it.
    var json: JSONValue {
        [
            "name": .string(name), "contentType": .string(contentType), "size": .integer(size),
            "createdAt": .string(createdAt.description),
            "sha256": sha256.map { .string(Hexadecimal.encode($0)) } ?? .null,
        ]
    }

    /// The strong validator of the content.
    fileprivate var entityTag: String? { sha256.map { "\"\(Hexadecimal.encode($0))\"" } }

    /// The hash as `Repr-Digest` has it.
    fileprivate var representationDigest: String? { sha256.map { "sha-256=:\(Base64.encode($0)):" } }
}
