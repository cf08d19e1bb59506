internal import HTTPTypes
internal import Hummingbird
internal import JobCore

extension JobService {
    /// Makes a call of the API for a visitor, in the process: the same rules, the same checks, the same answers.
    ///
    /// - Parameters:
    ///   - method: the method.
    ///   - path: the path of the route with its parameters in braces.
    ///   - parameters: the values of the path's parameters.
    ///   - body: what is sent.
    ///   - headers: header fields, such as the type of the body.
    ///   - visitor: who makes the call.
    /// - Throws: what the route throws; ``Problem`` with 403 when the visitor may not make the call.
    func call(
        _ method: HTTPRequest.Method, _ path: String, _ parameters: [String: String] = [:], body: [UInt8] = [],
        headers: HTTPFields = [:], as visitor: Visitor
    ) async throws -> Response {
        guard let route = api.first(where: { $0.method == method && $0.path == path }) else {
            throw Problem.notFound("this server has no such call")
        }
        guard case .scoped(let scopes) = route.access, visitor.principal.hasAny(of: scopes) else {
            throw Problem.forbidden("this token may not do that")
        }
        let head = HTTPRequest(method: method, scheme: nil, authority: nil, path: path, headerFields: headers)
        let parameters = Parameters(parameters.map { ($0.key[...], PercentCoding.encode($0.value)[...]) })
        return try await route.handler(
            JobRequest(
                request: Request(head: head, body: RequestBody(buffer: ByteBuffer(bytes: body))),
                principal: visitor.principal, parameters: parameters,
                bodyLimit: Int(configuration.bodyLimit.bytes)))
    }
}
