/// Something that performs one HTTP exchange: the only seam between JobKit and the network.
///
/// A transport never follows redirects, keeps no cookies and reads no credentials of its own. It answers as soon as
/// the final response headers are in; the body is read through ``HTTPResponse/body``.
/// ``CurlTransport`` is the real one; `ScriptedTransport` in JobTesting is the fake.
public protocol HTTPTransport: Sendable {
    /// Performs one request.
    ///
    /// Any status, also 4xx and 5xx, is a response and not an error.
    ///
    /// - Throws: ``TransportError``, or `CancellationError` when the calling task is cancelled, which also ends the
    ///   exchange on the wire.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse
}
