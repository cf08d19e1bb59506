extension QueueError.Code {
    /// The code of a word that a server sends, such as `busy`; nil for words of other kinds of problems.
    package init?(word: String) {
        let known: [QueueError.Code] = [
            .unavailable, .busy, .full, .readOnly, .corrupt, .newerSchema, .notPermitted, .invalidRequest, .failed,
        ]
        // The store of a server that ends is closed; the next server opens it again.
        if word == QueueError.Code.closed.description {
            self = .unavailable
        } else if let code = known.first(where: { $0.description == word }) {
            self = code
        } else {
            return nil
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
