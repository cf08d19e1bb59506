#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Writes lines at once: the other side may be a program that waits for them.
enum Console {
    static func print(_ line: String) { write(line + "\n", to: STDOUT_FILENO) }

    static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { unistdWrite(descriptor, $0) }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }

    private static func unistdWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #else
            Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }
}
