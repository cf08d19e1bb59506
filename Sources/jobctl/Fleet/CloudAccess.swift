internal import JobAWS
internal import JobTransport
internal import Logging

/// How this program reaches AWS: as AWS's own programs do, by the environment, the shared files, and the instance's role.
enum CloudAccess {
    /// Calls `body` with a client for a region, and frees what it holds afterwards.
    ///
    /// - Parameter region: the region; nil for the environment's.
    /// - Throws: ``CommandFailure`` when there is no region or no HTTP library; whatever `body` throws.
    static func withClient<Value: Sendable>(
        region: String?, logger: Logger, _ body: (AWSClient) async throws -> Value
    ) async throws -> Value {
        let transport: CurlTransport
        do throws(TransportError) { transport = try CurlTransport() } catch {
            throw CommandFailure(.unavailable, "AWS cannot be reached from here: \(error)")
        }
        let result: Result<Value, any Error>
        do {
            let client = try await AWSClient.resolved(
                region: try region.map(Self.region), transport: transport, logger: logger)
            result = .success(try await body(client))
        } catch let error as AWSConfigurationError {
            result = .failure(CommandFailure(.usage, "\(error)"))
        } catch { result = .failure(error) }
        await transport.shutdown()
        return try result.get()
    }

    private static func region(_ name: String) throws(CommandFailure) -> AWSRegion {
        guard let region = AWSRegion(name) else {
            throw CommandFailure(.usage, "\(name.debugDescription) is no name of an AWS Region")
        }
        return region
    }
}
