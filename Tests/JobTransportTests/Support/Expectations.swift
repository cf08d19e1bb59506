import JobTransport
import Testing

/// Runs the body and returns the code of the transport error it throws.
func transportError(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async -> TransportError? {
    do {
        try await body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch let error as TransportError {
        return error
    } catch {
        Issue.record("not a TransportError: \(error)", sourceLocation: sourceLocation)
    }
    return nil
}

extension HTTPResponse {
    func text() async throws -> String {
        String(decoding: try await body.collect(upTo: 1 << 26), as: UTF8.self)
    }
}
