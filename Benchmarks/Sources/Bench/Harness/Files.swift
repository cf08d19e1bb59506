#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The few things that benchmarks do with files.
enum Files {
    static func text(_ path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(contentsOf: buffer[..<count])
        }
    }

    static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "w") else { throw BenchError("\(path) cannot be written") }
        defer { fclose(file) }
        fputs(text, file)
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Removes a folder with all that is in it.
    static func remove(_ path: String) {
        _ = try? Child.run(["rm", "-rf", path])
    }

    static func makeFolder(_ path: String) throws {
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw BenchError("\(path) cannot be made") }
    }
}
