extension QueueError.Code {
    /// The code of a word, such as `busy`; anything else is ``failed``.
    package init(word: String) {
        let known: [QueueError.Code] = [
            .unavailable, .busy, .full, .readOnly, .corrupt, .newerSchema, .notPermitted, .invalidRequest, .closed,
        ]
        self = known.first { $0.description == word } ?? .failed
    }

    /// The status of an HTTP answer that tells of the error.
    package var httpStatus: Int {
        switch self {
        case .unavailable, .busy, .closed: 503
        case .full: 507
        case .notPermitted: 403
        case .invalidRequest: 400
        default: 500
        }
    }

    /// What the status of an HTTP answer means when its body says nothing.
    package init(httpStatus status: Int) {
        switch status {
        case 401, 403, 407: self = .notPermitted
        case 408, 502, 503, 504: self = .unavailable
        case 429: self = .busy
        case 507: self = .full
        case 400..<500: self = .invalidRequest
        default: self = .failed
        }
    }
}

extension QueueError {
    /// The error as problem details: `code` and `operation` come besides the members that every problem has.
    ///
    /// Source: https://www.rfc-editor.org/rfc/rfc9457
    package var problem: JSONValue {
        // A client that is told that the server's store is closed may come back; the next server opens it again.
        let code: Code = self.code == .closed ? .unavailable : self.code
        return [
            "type": "about:blank", "title": "The queue could not do it", "status": .integer(Int64(code.httpStatus)),
            "detail": .string(detail), "code": .string(code.description), "operation": .string(operation),
        ]
    }

    /// Reads problem details; nil when they are those of no queue.
    package init?(problem: JSONValue) {
        guard let code = problem["code"]?.stringValue, let detail = problem["detail"]?.stringValue else { return nil }
        self.init(Code(word: code), operation: problem["operation"]?.stringValue ?? "request", detail: detail)
    }
}
