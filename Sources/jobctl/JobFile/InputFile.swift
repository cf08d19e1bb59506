#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Why a file could not be read, in the system's words.
struct FileError: Error {
    let number: Int32

    /// The reason for people.
    var reason: String { String(cString: strerror(number)) }
}

/// Files, pipes and standard input, read to their end or to a limit.
enum InputFile {
    /// Reads at most `limit` bytes of a file; `-` is standard input.
    ///
    /// Descriptors and not Foundation: what is read may be a pipe without end, and reading must stop at the limit.
    static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        if path == "-" { return try read(descriptor: STDIN_FILENO, limit: limit) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(number: errno) }
        defer { _ = close(descriptor) }
        return try read(descriptor: descriptor, limit: limit)
    }

    private static func read(descriptor: Int32, limit: Int) throws(FileError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < limit {
            let wanted = min(64 << 10, limit - bytes.count)
            var failure: Int32 = 0
            let chunk = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
                var result = 0
                repeat {
                    result = systemRead(descriptor, buffer.baseAddress, wanted)
                } while result < 0 && errno == EINTR
                if result < 0 { failure = errno }
                count = max(0, result)
            }
            if failure != 0 { throw FileError(number: failure) }
            if chunk.isEmpty { break }
            bytes += chunk
        }
        return bytes
    }

    private static func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutablePointer<UInt8>?, _ count: Int) -> Int {
        #if canImport(Glibc)
            Glibc.read(descriptor, buffer, count)
        #elseif canImport(Musl)
            Musl.read(descriptor, buffer, count)
        #else
            Darwin.read(descriptor, buffer, count)
        #endif
    }
}
