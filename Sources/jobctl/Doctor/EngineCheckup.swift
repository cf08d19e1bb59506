internal import JobCore
internal import JobExecutors
internal import JobTransport

/// What `jobctl doctor` finds out about the container engine, through the client that steps use.
enum EngineCheckup {
    /// Whether an engine answers that containers can run on; it is optional, so nothing here is a failure.
    static func run() async -> Checkup {
        do {
            let path = try EngineAddress.environment.socketPath()
            let transport = try CurlTransport()
            let result = await about(DockerEngine(transport: transport, socketPath: path))
            await transport.shutdown()
            let version = try result.get()
            let finding = "engine \(version.engine) at \(path), API \(try version.negotiated())"
            return Checkup(name: "containers", verdict: .ok, finding: finding)
        } catch let error as EngineError {
            return Checkup(
                name: "containers", verdict: .warn, finding: error.detail,
                advice: "only container steps need an engine, such as Docker or Podman")
        } catch {
            return Checkup(
                name: "containers", verdict: .warn, finding: "\(error)",
                advice: "only container steps need an engine, such as Docker or Podman")
        }
    }

    private static func about(_ engine: DockerEngine) async -> Result<EngineVersion, any Error> {
        do { return .success(try await engine.about()) } catch { return .failure(error) }
    }
}
