internal import HTTPTypes
internal import JobCore

extension JobService {
    /// The calls of the queue protocol, which workers on other machines and `RemoteQueue` speak.
    public var queueProtocol: [Route] {
        let calls = QueueCalls(service: self)
        var routes = QueueRoute.allCases.map { call in
            Route(.post, call.path, access: .scoped(call.scopes), operation: .queueCall(call)) { request in
                try await calls.answer(call, request)
            }
        }
        routes.append(
            Route(.get, QueueRoute.signalsPath, access: QueueCalls.listening, operation: .queueSignals) { request in
                try await calls.signals(request)
            })
        return routes
    }
}

extension QueueRoute {
    /// The scopes of which a caller needs one; what it may touch is looked at call by call.
    var scopes: Set<AccessScope> {
        switch self {
        case .enqueue, .delete: [.submit]
        case .claim, .append, .cancelRequests, .report: [.work]
        case .apply, .putArtifact: [.work, .submit]
        case .job, .log, .nextDue, .artifacts, .artifact: [.read, .work]
        case .page, .counts, .queueSettings, .workers, .changePosition, .changes: [.read]
        // Deletes only what is past its retention, as every worker on a shared file does.
        case .prune: [.work, .admin]
        case .setQueueSettings, .drain, .insertToken, .token, .tokens, .revokeToken, .record, .records,
            .writeRecords:
            [.admin]
        }
    }
}
