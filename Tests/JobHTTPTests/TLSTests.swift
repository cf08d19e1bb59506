import Glibc
import JobCore
import JobHTTP
import JobTransport
import Testing

/// TLS with real certificates, over a real socket.
@Suite(.timeLimit(.minutes(1))) struct TLSTests {
    @Test func aRenewedCertificateServesTheNextConnection() async throws {
        let folder = "/tmp/jobkit-tls-\(JobID())"
        try #require(mkdir(folder, 0o700) == 0)
        let files = JobServer.CertificateFiles(certificate: "\(folder)/cert.pem", key: "\(folder)/key.pem")
        try Self.makeCertificate("one.test", files)
        try await LiveServer.with(server: JobServer.Configuration(tls: files)) { server in
            let before = await Self.subject(of: server.port)
            try Self.makeCertificate("two.test", files)
            let after = await Self.subject(of: server.port)
            try await Self.spoil(files.certificate)
            let spoilt = await Self.subject(of: server.port)
            #expect(before.contains("one.test"))
            #expect(after.contains("two.test"))
            #expect(spoilt.contains("two.test"))
        }
    }

    private static func makeCertificate(_ name: String, _ files: JobServer.CertificateFiles) throws {
        let line =
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=\(name) "
            + "-keyout \(files.key) -out \(files.certificate) 2>/dev/null"
        try #require(system(line) == 0, "openssl is needed")
    }

    private static func spoil(_ path: String) async throws {
        try #require(system("echo nothing > \(path)") == 0)
    }

    /// What a client sees of the certificate of a new connection.
    private static func subject(of port: Int) async -> String {
        await withCheckedContinuation { continuation in
            startThread {
                let line =
                    "printf 'GET /healthz HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' | "
                    + "openssl s_client -connect 127.0.0.1:\(port) -ign_eof 2>&1"
                guard let pipe = popen(line, "r") else { return continuation.resume(returning: "") }
                var text = ""
                var buffer = [CChar](repeating: 0, count: 4_096)
                while fgets(&buffer, 4_096, pipe) != nil {
                    text += String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
                }
                pclose(pipe)
                continuation.resume(returning: text.contains("200 OK") ? text : "no answer: \(text)")
            }
        }
    }
}
