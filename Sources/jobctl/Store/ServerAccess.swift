internal import JobClient
internal import JobCore
internal import JobTransport

/// How commands reach a server.
struct ServerAccess: Hashable {
    /// The bearer token; nil for a server that asks for none.
    var token: String?
    /// A PEM file with the authorities to trust in place of the system's.
    var authorityFile: String?

    /// Calls `body` with the store of a server.
    ///
    /// - Throws: ``CommandFailure`` when the URL or the token cannot be used; whatever `body` throws.
    func withStore<Value: Sendable>(
        _ url: String, _ body: (RemoteQueue) async throws -> Value
    ) async throws -> Value {
        let transport: CurlTransport
        do throws(TransportError) { transport = try CurlTransport() } catch {
            throw CommandFailure(.unavailable, "servers cannot be reached from here: \(error)")
        }
        let result: Result<Value, any Error>
        do {
            let queue = RemoteQueue(server: try server(url), transport: transport)
            do { result = .success(try await body(queue)) } catch { result = .failure(error) }
            queue.close()
        } catch { result = .failure(error) }
        await transport.shutdown()
        return try result.get()
    }

    /// Calls `body` with a client of a server.
    ///
    /// - Throws: ``CommandFailure`` when the URL or the token cannot be used; whatever `body` throws.
    func withClient<Value: Sendable>(_ url: String, _ body: (JobClient) async throws -> Value) async throws -> Value {
        let transport: CurlTransport
        do throws(TransportError) { transport = try CurlTransport() } catch {
            throw CommandFailure(.unavailable, "servers cannot be reached from here: \(error)")
        }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(JobClient(server: try server(url), transport: transport)))
        } catch { result = .failure(error) }
        await transport.shutdown()
        return try result.get()
    }

    private func server(_ url: String) throws -> ServerAddress {
        try ServerAddress(
            url: url, token: try (token ?? ProcessEnvironment["JOBCTL_TOKEN"]).map { try BearerToken($0) },
            tls: TLSOptions(authorityFile: authorityFile ?? ProcessEnvironment["JOBCTL_CA_FILE"]))
    }
}
