import JobExecutors
import Testing

/// Where the engine is looked for.
@Suite struct EngineAddressTests {
    @Test("Without DOCKER_HOST it is the usual socket", arguments: [nil, ""] as [String?])
    func usual(_ host: String?) throws {
        #expect(try EngineAddress(host: host).socketPath() == "/var/run/docker.sock")
    }

    @Test("DOCKER_HOST and options name a socket")
    func named() throws {
        #expect(
            try EngineAddress(host: "unix:///run/user/1000/docker.sock").socketPath() == "/run/user/1000/docker.sock")
        #expect(try EngineAddress.socket("/x.sock").socketPath() == "/x.sock")
    }

    @Test(
        "What is no socket is refused with advice, and not repeated, as it may hold a password",
        arguments: ["tcp://secret@host:2375", "ssh://secret@host", "host:2375", "npipe:////./pipe/secret"])
    func refused(_ host: String) throws {
        let error = try #require(throws: EngineError.self) { _ = try EngineAddress(host: host).socketPath() }

        #expect(error.kind == .unusableAddress)
        #expect(error.description.contains("DOCKER_HOST"))
        #expect(error.description.contains("unix://"))
        #expect(!error.description.contains("secret"))
    }

    @Test(
        "A path that no socket can have is refused",
        arguments: ["x.sock", "", "/" + String(repeating: "x", count: 107)])
    func badPath(_ path: String) {
        #expect(throws: EngineError.self) { _ = try EngineAddress.socket(path).socketPath() }
    }
}
