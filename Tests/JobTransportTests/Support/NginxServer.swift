import Glibc
import Testing

/// A private nginx with a self-signed certificate: HTTP/2 over TLS, HTTP/1.1 over TLS, and HTTP/2 without TLS.
final class NginxServer {
    static let isInstalled = (["/usr/sbin/nginx", "/usr/bin/nginx"] as [String]).contains { access($0, X_OK) == 0 }
    /// Where CI runs, a missing nginx fails the tests instead of skipping them.
    static let isRequired = getenv("CI") != nil

    let http2Port: Int
    let http1Port: Int
    let plainHTTP2Port: Int
    let certificate: String
    private let directory: String
    private var process: pid_t = 0

    init() throws {
        var template = Array("/tmp/jobkit-nginx-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw ServerError(text: "mkdtemp: \(errno)") }
        directory = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        certificate = directory + "/cert.pem"
        http2Port = try Self.freePort()
        http1Port = try Self.freePort()
        plainHTTP2Port = try Self.freePort()
        try Self.run([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
            "2",
            "-keyout", directory + "/key.pem", "-out", certificate, "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
        ])
        try write(configuration, to: directory + "/nginx.conf")
        try write(String(repeating: "0123456789abcdef", count: 1 << 19), to: directory + "/large.bin")
        // As a daemon: the command returns once the sockets listen.
        try Self.run(["nginx", "-p", directory, "-c", directory + "/nginx.conf", "-e", directory + "/error.log"])
    }

    deinit {
        try? Self.run([
            "nginx", "-p", directory, "-c", directory + "/nginx.conf", "-e", directory + "/error.log", "-s", "stop",
        ])
        try? Self.run(["rm", "-rf", directory])
    }

    private var configuration: String {
        """
        worker_processes 1; pid \(directory)/pid; daemon on;
        \(getuid() == 0 ? "user root;" : "")
        events { worker_connections 1024; }
        http {
          access_log off; keepalive_requests 100000; client_max_body_size 64m; client_body_buffer_size 1m;
          client_body_temp_path \(directory)/b; proxy_temp_path \(directory)/p; fastcgi_temp_path \(directory)/f;
          uwsgi_temp_path \(directory)/u; scgi_temp_path \(directory)/s;
          ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate \(certificate); ssl_certificate_key \(directory)/key.pem;
          root \(directory);
          server { listen 127.0.0.1:\(http2Port) ssl http2; location /connection { return 200 '$connection'; }
                   location /tls { return 200 '$ssl_protocol'; } }
          server { listen 127.0.0.1:\(http1Port) ssl; location / { return 200 '$connection'; } }
          server { listen 127.0.0.1:\(plainHTTP2Port) http2; location / { return 200 '$server_protocol'; } }
        }
        """
    }

    private static func freePort() throws -> Int {
        let server = try TestServer { _, _ in }
        defer { server.stop() }
        return server.port
    }

    private func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "w") else { throw ServerError(text: "\(path): \(errno)") }
        defer { fclose(file) }
        fputs(text, file)
    }

    private static func run(_ command: [String]) throws {
        // openssl and nginx talk on standard error even when all is well.
        let arguments = ["sh", "-c", "exec \"$0\" \"$@\" 2>/dev/null"] + command
        var pointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process: pid_t = 0
        guard posix_spawnp(&process, arguments[0], nil, nil, &pointers, environ) == 0 else {
            throw ServerError(text: "cannot run \(command[0])")
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        guard status == 0 else { throw ServerError(text: "\(command.joined(separator: " ")) failed") }
    }
}
