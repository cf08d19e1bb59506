/// The calls of the queue protocol: each is a POST of a message to a path of its own.
package enum QueueRoute: String, CaseIterable, Sendable {
    case enqueue, claim, apply, append, job, log, page, counts, prune, nextDue, cancelRequests
    case delete, queueSettings, setQueueSettings, report, workers, drain, changePosition, changes
    case insertToken, token, tokens, revokeToken, putArtifact, artifacts, artifact
    case record, records, writeRecords

    /// The path, under the server's URL.
    package var path: String { Self.prefix + name }

    /// The last part of the path: the words of the call with dashes between.
    package var name: String {
        var name: [UInt8] = []
        for byte in rawValue.utf8 {
            if (65...90).contains(byte) {
                name.append(UInt8(ascii: "-"))
                name.append(byte + 32)
            } else {
                name.append(byte)
            }
        }
        return String(decoding: name, as: UTF8.self)
    }

    /// Where the calls are.
    package static let prefix = "/v1/queue/"
    /// Where signals come from: a GET that is answered with a stream of events.
    package static let signalsPath = prefix + "signals"
}

/// The hints of the stream of signals, one word each.
package enum QueueHint: Hashable, Sendable {
    case work
    case job(JobID)
    case everything

    package init?(_ text: String) {
        switch text {
        case "work": self = .work
        case "everything": self = .everything
        default:
            guard let id = JobID(text) else { return nil }
            self = .job(id)
        }
    }

    package var text: String {
        switch self {
        case .work: "work"
        case .job(let id): id.description
        case .everything: "everything"
        }
    }
}
