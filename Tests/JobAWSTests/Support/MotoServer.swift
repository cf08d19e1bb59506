import Glibc
import JobAWS
import JobCore
import JobTesting
import JobTransport
import Testing

/// A moto server of this test process: it ends when its standard input does, and so with the process at the latest.
final class MotoServer: Sendable {
    private static let program = """
        import sys
        from moto.server import ThreadedMotoServer
        server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        server.start()
        print(server.get_host_and_port()[1], flush=True)
        sys.stdin.read()
        """

    let url: String
    private let input: Int32
    private let child: pid_t

    /// Starts a server and calls `body` with it.
    static func run(_ body: (MotoServer, CurlTransport) async throws -> Void) async throws {
        let python = try #require(AWSJudges.python, #"run eval "$(Scripts/aws-judges)""#)
        let server = try await MotoServer(python)
        let transport = try CurlTransport()
        do {
            try await body(server, transport)
            await transport.shutdown()
            server.end()
        } catch {
            await transport.shutdown()
            server.end()
            throw error
        }
    }

    private init(_ python: String) async throws {
        var toChild: [Int32] = [0, 0]
        var fromChild: [Int32] = [0, 0]
        try #require(pipe(&toChild) == 0 && pipe(&fromChild) == 0)
        for end in toChild + fromChild { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, toChild[0], 0)
        posix_spawn_file_actions_adddup2(&actions, fromChild[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var arguments = [strdup(python), strdup("-c"), strdup(Self.program), nil]
        var settings = [strdup("PATH=/usr/bin:/bin"), strdup("AWS_EC2_METADATA_DISABLED=true"), nil]
        var child = pid_t()
        let error = posix_spawn(&child, python, &actions, nil, &arguments, &settings)
        posix_spawn_file_actions_destroy(&actions)
        for text in arguments + settings { free(text) }
        close(toChild[0])
        close(fromChild[1])
        try #require(error == 0)
        input = toChild[1]
        self.child = child
        let output = fromChild[0]
        let line = await withCheckedContinuation { continuation in
            _ = BlockingThread.start {
                var text = ""
                var byte: UInt8 = 0
                while read(output, &byte, 1) == 1, byte != UInt8(ascii: "\n") {
                    text.unicodeScalars.append(Unicode.Scalar(byte))
                }
                continuation.resume(returning: text)
            }
        }
        close(output)
        let port = try #require(Int(line), "moto did not start")
        url = "http://127.0.0.1:\(port)"
    }

    private func end() {
        close(input)
        var status: Int32 = 0
        kill(child, SIGTERM)
        while waitpid(child, &status, 0) == -1, errno == EINTR {}
    }

    func client(
        _ transport: CurlTransport, credentials: any CredentialProvider = StaticCredentials.test,
        time: TimeSource = .system
    ) -> AWSClient {
        AWSClient(
            region: .usEast1, credentials: credentials, endpoints: AWSEndpoints(all: url), transport: transport,
            time: time)
    }

    /// From now on signatures and permissions are checked, as they are not otherwise.
    func checkSignatures(_ transport: CurlTransport) async throws {
        let request = HTTPRequest(
            method: .post, url: "\(url)/moto-api/reset-auth", headers: ["Content-Type": "text/plain"], body: .text("0"))
        let response = try await transport.send(request)
        try #require(response.status == 200)
    }
}
