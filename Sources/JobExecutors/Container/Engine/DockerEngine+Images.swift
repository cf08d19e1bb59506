internal import JobCore
internal import JobTransport

/// An image that the engine has.
struct EngineImage: Hashable, Sendable {
    /// The identity of its content, `sha256:…`.
    let id: String
    /// The digest under which a registry has it; nil for one that was never pulled.
    let digest: String?
}

extension DockerEngine {
    /// Looks an image up; nil when the engine does not have it.
    func image(_ reference: ImageReference) async throws -> EngineImage? {
        let path = "/images/\(EngineText.encoded(reference.description, keeping: "/:@"))/json"
        do {
            let json = try await json(.get, path, to: "looking up the image \(reference)")
            guard let id = json["Id"]?.stringValue else {
                throw EngineError(.malformed, "looking up the image \(reference)", "the engine sent no identity")
            }
            return EngineImage(id: id, digest: json["RepoDigests"]?[0]?.stringValue)
        } catch let error as EngineError where error.status == 404 {
            return nil
        }
    }

    /// Fetches an image from its registry.
    ///
    /// - Parameter tell: takes lines for people, a bounded number.
    func pull(_ reference: ImageReference, tell: (String) async -> Void) async throws {
        let operation = "pulling the image \(reference)"
        let response = try await send(
            .post, "/images/create", query: ["fromImage": reference.repository, "tag": reference.version],
            patience: .transfer, to: operation)
        var progress = PullProgress(operation: operation)
        do {
            for try await chunk in response.body {
                for line in try progress.take(chunk) { await tell(line) }
            }
        } catch let error as TransportError {
            throw await self.error(error, operation)
        }
        for line in try progress.finish() { await tell(line) }
    }
}
