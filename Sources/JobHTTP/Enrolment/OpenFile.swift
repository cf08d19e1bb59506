internal import Glibc
internal import NIOPosix

/// A regular file that is open for reading; closed when nobody holds it any more.
final class OpenFile: Sendable {
    /// What tells one state of a file from another.
    struct Stamp: Hashable, Sendable {
        var device: UInt64
        var node: UInt64
        var size: Int
        var changed: Int64
    }

    let stamp: Stamp
    private let descriptor: CInt

    private init(descriptor: CInt, stamp: Stamp) {
        self.descriptor = descriptor
        self.stamp = stamp
    }

    deinit {
        close(descriptor)
    }

    /// Opens a file; nil when there is none that can be read.
    static func open(_ path: String) async throws -> OpenFile? {
        try await NIOThreadPool.singleton.runIfActive {
            let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            guard descriptor >= 0 else { return nil }
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                close(descriptor)
                return nil
            }
            let changed = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
            return OpenFile(
                descriptor: descriptor,
                stamp: Stamp(
                    device: UInt64(status.st_dev), node: UInt64(status.st_ino), size: Int(status.st_size),
                    changed: changed))
        }
    }

    private static let chunkSize = 256 << 10

    /// The next piece of the content, of as many bytes as the file had when it was opened; nil at its end.
    ///
    /// - Throws: ``Shortened`` when it has become shorter.
    func chunk(at offset: Int) async throws -> [UInt8]? {
        guard offset < stamp.size else { return nil }
        let wanted = min(Self.chunkSize, stamp.size - offset)
        let bytes = try await NIOThreadPool.singleton.runIfActive { [self] in read(wanted, at: offset) }
        guard !bytes.isEmpty else { throw Shortened() }
        return bytes
    }

    private func read(_ count: Int, at offset: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            var result = -1
            repeat {
                result = pread(descriptor, buffer.baseAddress, count, off_t(offset))
            } while result < 0 && errno == EINTR
            initialized = max(0, result)
        }
    }

    /// The file lost bytes while it was read.
    struct Shortened: Error {}
}
