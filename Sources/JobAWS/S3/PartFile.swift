internal import Glibc
internal import JobTransport
internal import Synchronization

/// A local file that could not be read or written.
public struct S3FileTrouble: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was attempted with which file, and why it failed.
    public let description: String

    init(_ description: String) {
        self.description = description
    }

    static func system(_ what: String, _ path: String) -> S3FileTrouble {
        S3FileTrouble("\(what) \(path): \(String(cString: strerror(errno)))")
    }
}

/// A local file that is read or written piece by piece, on threads that may block.
final class PartFile: Sendable {
    private let path: String
    private let descriptor: Mutex<Int32>
    /// How many bytes it had when it was opened.
    let size: Int

    init(reading path: String) throws {
        let opened = open(path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { throw S3FileTrouble.system("opening", path) }
        var status = stat()
        guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            Glibc.close(opened)
            throw S3FileTrouble("\(path) is no plain file")
        }
        self.path = path
        size = Int(status.st_size)
        descriptor = Mutex(opened)
    }

    /// Makes a file that only its owner can read.
    init(creating path: String) throws {
        let opened = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard opened >= 0 else { throw S3FileTrouble.system("making", path) }
        self.path = path
        size = 0
        descriptor = Mutex(opened)
    }

    deinit {
        let opened = descriptor.withLock { $0 }
        if opened >= 0 { Glibc.close(opened) }
    }

    /// Reads bytes that must be there.
    func read(at start: Int, count: Int) async throws -> [UInt8] {
        let opened = descriptor.withLock { $0 }
        let result: Result<[UInt8], S3FileTrouble> = await Self.onThread { [path] in
            var failure: S3FileTrouble?
            let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, read in
                while read < count {
                    let got = pread(opened, buffer.baseAddress.map { $0 + read }, count - read, off_t(start + read))
                    if got < 0, errno == EINTR { continue }
                    guard got > 0 else {
                        failure = got < 0 ? .system("reading", path) : S3FileTrouble("\(path) became shorter")
                        return
                    }
                    read += got
                }
            }
            return failure.map { .failure($0) } ?? .success(bytes)
        }
        return try result.get()
    }

    /// Writes at the end.
    func append(_ bytes: [UInt8]) async throws {
        let opened = descriptor.withLock { $0 }
        let failure: S3FileTrouble? = await Self.onThread { [path] in
            var written = 0
            while written < bytes.count {
                let count = bytes[written...].withUnsafeBytes { write(opened, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return .system("writing", path) }
                written += count
            }
            return nil
        }
        if let failure { throw failure }
    }

    /// Empties it for another try.
    func truncate() throws {
        let opened = descriptor.withLock { $0 }
        guard ftruncate(opened, 0) == 0, lseek(opened, 0, SEEK_SET) == 0 else {
            throw S3FileTrouble.system("emptying", path)
        }
    }

    /// Closes it; what was written may be told lost only now.
    func close() async throws {
        let opened = descriptor.withLock { descriptor in
            defer { descriptor = -1 }
            return descriptor
        }
        let failure: S3FileTrouble? = await Self.onThread { [path] in
            Glibc.close(opened) == 0 ? nil : .system("closing", path)
        }
        if let failure { throw failure }
    }

    /// Removes it.
    func remove() { unlink(path) }

    private static func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            let error = BlockingThread.start { continuation.resume(returning: body()) }
            // Without threads nothing else goes on either; better slow than not.
            if error != 0 { continuation.resume(returning: body()) }
        }
    }
}
