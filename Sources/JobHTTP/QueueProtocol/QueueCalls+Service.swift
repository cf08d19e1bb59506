internal import HTTPTypes
internal import JobCore

extension QueueCalls {
    /// The calls about queues, workers and the feed of changes.
    func control(_ call: QueueRoute, _ body: [UInt8], _ caller: Principal) async throws -> [UInt8] {
        switch call {
        case .queueSettings:
            let settings = try await store.queueSettings().filter { caller.mayTouch(queue: $0.key) }
            return QueueSettingsReply(queues: settings).encoded
        case .setQueueSettings:
            let message = try QueueSettingsRequest(decoding: body)
            try caller.checkQueue(message.queue, "queue")
            try await store.setQueueSettings(message.settings, for: message.queue)
            return WireNothing().encoded
        case .report:
            let report = try WorkerReport(decoding: body)
            try caller.checkWork(as: report.name)
            for (index, queue) in report.queues.enumerated() { try caller.checkQueue(queue, "queues[\(index)]") }
            try await checkName(report.name, caller)
            return try await store.report(report).encoded
        case .workers:
            return WorkersReply(workers: try await service.visibleWorkers(for: caller)).encoded
        case .drain:
            let name = try WorkerReference(decoding: body).worker
            return WireAnswer(try await service.drain(name, for: caller)).encoded
        case .changes:
            try caller.checkSeesEverything()
            let message = try ChangesRequest(decoding: body)
            guard message.limit > 0 else { throw WireFault(path: "limit", message: "must be at least 1") }
            let limit = min(message.limit, WireMessage.mostEntries)
            return try await store.changes(after: message.position, limit: limit).encoded
        default:
            try caller.checkSeesEverything()
            return WirePosition(try await store.changePosition()).encoded
        }
    }

    /// Keeps a narrowed caller from taking the place of a worker of others in the list of workers.
    ///
    /// A token that is bound to a name has it by the will of who made the token.
    ///
    /// - Throws: ``Problem`` with 409 while such a worker lives; `QueueError`.
    private func checkName(_ name: String, _ caller: Principal) async throws {
        guard !caller.queues.isEmpty, caller.worker == nil else { return }
        let time = service.time
        guard !service.reporters.has(name, caller.id) else { return }
        let other = try await store.workers().first { $0.report.name == name }
        if let other, time.now - other.lastSeen < ReporterNames.silence, !caller.mayOrder(other) {
            // `busy` lets a worker that was started anew with another token try again instead of ending.
            throw Problem(
                .conflict, code: "busy", "the name \(name) belongs to a worker that serves queues of others",
                headers: [.retryAfter: "20"])
        }
        service.reporters.note(name, caller.id)
    }

    /// The calls about artifacts.
    func artifacts(_ call: QueueRoute, _ body: [UInt8], _ caller: Principal) async throws -> [UInt8] {
        switch call {
        case .putArtifact:
            return PutArtifactReply(result: try await put(try NewArtifact(decoding: body), caller)).encoded
        case .artifacts:
            let id = try JobReference(decoding: body).job
            guard try await visible(id, caller) != nil else { return ArtifactsReply(artifacts: nil).encoded }
            return ArtifactsReply(artifacts: try await store.artifacts(of: id)).encoded
        default:
            let message = try ArtifactReference(decoding: body)
            guard try await visible(message.job, caller) != nil else { return ArtifactReply(content: nil).encoded }
            return ArtifactReply(content: try await store.artifact(of: message.job, named: message.name)).encoded
        }
    }

    private func put(_ artifact: NewArtifact, _ caller: Principal) async throws -> Result<Artifact, ArtifactRefused> {
        if let key = artifact.key {
            guard caller.has(.work), caller.mayWrite(artifact.job, under: key) else {
                throw Problem.forbidden("this token may not write under that lease")
            }
        } else {
            guard caller.has(.submit) else { throw Problem.forbidden("this token needs the scope submit") }
        }
        if !caller.seesEverything {
            guard try await store.job(artifact.job).map(caller.maySee) ?? false else { return .failure(.unknownJob) }
        }
        do {
            return .success(try await store.putArtifact(artifact))
        } catch let refusal as ArtifactRefused {
            return .failure(refusal)
        }
    }

    /// The calls about tokens, for those whom nothing narrows.
    func tokens(_ call: QueueRoute, _ body: [UInt8], _ caller: Principal) async throws -> [UInt8] {
        try caller.checkSeesEverything()
        switch call {
        case .insertToken:
            let token = try AccessToken(decoding: body)
            // A repetition whose first answer was lost finds its own token.
            if try await store.token(hash: token.hash) != token { try await store.insert(token) }
            return WireNothing().encoded
        case .token: return TokenReply(token: try await store.token(hash: try TokenHash(decoding: body).hash)).encoded
        case .revokeToken:
            let message = try RevokeRequest(decoding: body)
            let isKnown = try await store.revoke(message.id, at: message.time)
            service.authenticator.cache.forget(id: message.id)
            return WireAnswer(isKnown).encoded
        default: return TokensReply(tokens: try await store.tokens()).encoded
        }
    }
}
