/// What an HTTP status means for a step.
enum ResponseClass: Hashable, Sendable {
    /// 2xx, and 304 when the request was conditional: the step is done.
    case success
    /// 301, 302, 303, 307, 308: another URL is asked.
    case redirect
    /// 401 and 419, and 400 where credentials can be had: fresh credentials may help.
    case unauthorized
    /// 408, 425, 429 and 5xx: another attempt may help.
    case transient
    /// Everything else, an interim status that comes as the last one included: another attempt will not help.
    case failure

    /// Classifies a status.
    ///
    /// - Parameters:
    ///   - status: the status of the final response.
    ///   - isConditional: whether the request had `If-None-Match` or `If-Modified-Since`.
    ///   - canAuthenticate: whether fresh credentials can be asked for.
    init(status: Int, isConditional: Bool = false, canAuthenticate: Bool = false) {
        switch status {
        case 200...299: self = .success
        case 304: self = isConditional ? .success : .failure
        case 301, 302, 303, 307, 308: self = .redirect
        case 401, 419: self = canAuthenticate ? .unauthorized : .failure
        case 400: self = canAuthenticate ? .unauthorized : .failure
        case 408, 425, 429, 500...599: self = .transient
        default: self = .failure
        }
    }
}
