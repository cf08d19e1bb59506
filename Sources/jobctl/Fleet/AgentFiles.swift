internal import ArgumentParser
internal import Crypto
internal import JobCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The programs that a server hands out to the instances of its fleets.
struct AgentFiles {
    /// Paths by platform, such as `linux-aarch64`.
    let paths: [String: String]
    /// The SHA-256 of each in hexadecimal digits: what the instances check.
    let digests: [String: String]

    /// Reads the files that options name, and this program itself for its own platform where they do not name it.
    ///
    /// - Parameter options: each of the form `PLATFORM=FILE`.
    /// - Throws: ``CommandFailure`` naming the file that cannot be read.
    init(options: [KeyValue]) throws(CommandFailure) {
        var paths = options.dictionary
        #if os(Linux)
            if paths[Self.ownPlatform] == nil { paths[Self.ownPlatform] = "/proc/self/exe" }
        #endif
        var digests: [String: String] = [:]
        for (platform, path) in paths.sorted(by: { $0.key < $1.key }) { digests[platform] = try Self.digest(of: path) }
        self.paths = paths
        self.digests = digests
    }

    /// The platform of this program, as fleets call it.
    static var ownPlatform: String {
        #if arch(arm64)
            "linux-aarch64"
        #else
            "linux-x86_64"
        #endif
    }

    private static func digest(of path: String) throws(CommandFailure) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path) }
        defer { _ = close(descriptor) }
        var hash = SHA256()
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw unreadable(path)
            }
            if count == 0 { break }
            buffer.withUnsafeBytes { hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
        return Hexadecimal.encode(hash.finalize())
    }

    private static func unreadable(_ path: String) -> CommandFailure {
        CommandFailure(.inputOutput, "cannot read the agent \(path): \(String(cString: strerror(errno)))")
    }
}
