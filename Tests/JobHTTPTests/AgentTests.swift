import Foundation
import JobCore
import JobHTTP
import JobTransport
import Testing

/// The programs that a server hands to enrolled machines.
@Suite(.timeLimit(.minutes(1))) struct AgentTests {
    @Test func theProgramComesWholeWithItsDigest() async throws {
        let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        try await Self.with(bytes) { machine, path in
            let answer = try await machine.get("/v1/agents/linux-arm64")
            #expect(answer.status == 200 && answer.bytes == bytes)
            #expect(answer.headers["Content-Type"] == "application/octet-stream")
            #expect(answer.headers["Content-Length"] == "700000")
            let tag = try #require(answer.headers["ETag"])
            #expect(try await machine.get("/v1/agents/linux-arm64", headers: ["If-None-Match": tag]).status == 304)
            #expect(try await machine.send(.head, "/v1/agents/linux-arm64").headers["ETag"] == tag)
            // Replaced as programs are: by a rename.
            try Data("new".utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            let later = try await machine.get("/v1/agents/linux-arm64", headers: ["If-None-Match": tag])
            #expect(later.status == 200 && later.text == "new")
            let digest = "11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437"
            #expect(later.headers["ETag"] == "\"\(digest)\"")
            try FileManager.default.removeItem(atPath: path)
            #expect(try await machine.get("/v1/agents/linux-arm64").status == 503)
        }
    }

    @Test func otherPlatformsAreNotThereAndOtherCallersGetNothing() async throws {
        try await Self.with([1]) { machine, _ in
            let answer = try await machine.get("/v1/agents/windows")
            #expect(answer.status == 404)
            #expect(answer.json["detail"]?.stringValue?.hasSuffix("there is one for linux-arm64") ?? false)
            #expect(try await machine.get("/v1/agents/..%2F..%2Fetc%2Fpasswd").status == 404)
            #expect(try await machine.bearing([.read, .submit]).get("/v1/agents/linux-arm64").status == 403)
            #expect(try await machine.bearing([.admin]).get("/v1/agents/linux-arm64").status == 200)
            var nobody = machine
            nobody.token = nil
            #expect(try await nobody.get("/v1/agents/linux-arm64").status == 401)
        }
    }

    private static func with(
        _ bytes: [UInt8], _ body: (_ machine: LiveServer, _ path: String) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("agents-\(JobID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("agent").path
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        var configuration = JobService.Configuration(access: .tokens)
        configuration.agents = ["linux-arm64": path]
        try await LiveServer.with(service: configuration) { server in
            try await body(try await server.bearing([.enrol]), path)
        }
    }
}
