internal import HTTPTypes
internal import JobCore
internal import NIOCore

extension Problem {
    /// What an error of any module means to an HTTP client; nil for those that are nobody's but ours.
    init?(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let invalid as InvalidJob:
            self.init(
                .unprocessableContent, code: "invalidJob", "\(invalid)", errors: invalid.issues)
        case let refused as TransitionRefused: self.init(refused)
        case let refused as ArtifactRefused: self.init(refused)
        case let conflict as RecordConflict: self = .conflict("recordChanged", "\(conflict)")
        case let error as QueueError: self.init(error)
        case let fault as JSONSyntaxError: self = .badRequest("the body is no JSON: \(fault)")
        case is NIOTooManyBytesError:
            self.init(.contentTooLarge, code: "tooLarge", "the body is too long")
        default: return nil
        }
    }

    private init(_ refused: TransitionRefused) {
        switch refused {
        case .unknownJob: self = .noSuchJob
        case .notDue: self = .conflict("notDue", "\(refused)")
        case .heldElsewhere: self = .conflict("heldElsewhere", "\(refused)")
        case .leaseLost: self = .conflict("leaseLost", "\(refused)")
        case .wrongStep: self = .conflict("wrongStep", "\(refused)")
        case .alreadyFinished: self = .conflict("alreadyFinished", "\(refused)")
        case .stepsRemain: self = .conflict("stepsRemain", "\(refused)")
        case .notRetryable: self = .conflict("notRetryable", "\(refused)")
        case .notWaiting: self = .conflict("notWaiting", "\(refused)")
        case .stillAlive: self = .conflict("stillAlive", "\(refused)")
        case .versionMismatch: self.init(.preconditionFailed, code: "versionMismatch", "\(refused)")
        case .invalidEdit(let invalid):
            self.init(.unprocessableContent, code: "invalidJob", "\(invalid)", errors: invalid.issues)
        }
    }

    private init(_ refused: ArtifactRefused) {
        switch refused {
        case .unknownJob: self = .noSuchJob
        case .leaseLost: self = .conflict("leaseLost", "\(refused)")
        case .invalidName, .invalidContentType: self = .badRequest("\(refused)")
        case .tooLarge: self.init(.contentTooLarge, code: "tooLarge", "\(refused)")
        case .tooMany, .jobFull: self = .conflict("artifactsFull", "\(refused)")
        }
    }

    private init(_ error: QueueError) {
        let code = "\(error.code)"
        switch error.code {
        case .invalidRequest: self = .badRequest(error.detail)
        case .notPermitted: self = .forbidden(error.detail)
        case .unavailable, .busy, .closed, .readOnly:
            self.init(
                .serviceUnavailable, code: code, "the store cannot do this now; try again",
                headers: [.retryAfter: "1"])
        case .full: self.init(.insufficientStorage, code: code, "the store is full")
        default: self.init(.internalServerError, code: code, "the store failed; the server's log says how")
        }
    }
}

extension HTTPResponse.Status {
    /// 507. Source: https://www.rfc-editor.org/rfc/rfc4918#section-11.5
    static let insufficientStorage = HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
}
