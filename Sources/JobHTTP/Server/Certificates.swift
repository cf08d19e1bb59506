internal import Glibc
internal import Logging
internal import NIOCore
internal import NIOSSL
internal import Synchronization

/// The TLS context of a server, made anew when a file has changed.
///
/// The files are looked at with each new connection; a pair that cannot be used is logged, and the one before stays.
final class Certificates: Sendable {
    private struct State {
        var context: NIOSSLContext
        var stamp: [Int]
    }

    private let files: JobServer.CertificateFiles
    private let logger: Logger
    private let state: Mutex<State>

    /// Reads the files.
    ///
    /// - Throws: `NIOSSLError` when they cannot be used.
    init(files: JobServer.CertificateFiles, logger: Logger) throws {
        self.files = files
        self.logger = logger
        state = Mutex(State(context: try Self.read(files), stamp: Self.stamp(of: files)))
    }

    /// The context for a new connection.
    var context: NIOSSLContext {
        state.withLock { state in
            let stamp = Self.stamp(of: files)
            guard stamp != state.stamp else { return state.context }
            // Also a bad pair is looked at only once: the next change brings another look.
            state.stamp = stamp
            do {
                state.context = try Self.read(files)
                logger.notice("The certificate was read again", metadata: ["file": "\(files.certificate)"])
            } catch {
                logger.error(
                    "The new certificate cannot be used; the old one stays",
                    metadata: ["file": "\(files.certificate)", "error": "\(error)"])
            }
            return state.context
        }
    }

    private static func read(_ files: JobServer.CertificateFiles) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(files.certificate)
        let key = try NIOSSLPrivateKey(file: files.key, format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        return try NIOSSLContext(configuration: configuration)
    }

    /// What tells that a file is another: its inode, size and time.
    private static func stamp(of files: JobServer.CertificateFiles) -> [Int] {
        [files.certificate, files.key].flatMap { path -> [Int] in
            var found = stat()
            guard stat(path, &found) == 0 else { return [-1] }
            let time = withUnsafeBytes(of: found.st_mtim) { Array($0.bindMemory(to: Int.self)) }
            return [Int(found.st_ino), Int(found.st_size)] + time
        }
    }
}
