#if os(Linux)
    internal import Glibc

    /// Small files of a machine.
    enum TextFile {
        /// What a file holds; nil when it cannot be read.
        static func read(_ path: String) -> String? { bytes(path).map { String(decoding: $0, as: UTF8.self) } }

        /// The bytes of a file, at most 16 MiB.
        static func bytes(_ path: String) -> [UInt8]? {
            guard let file = fopen(path, "re") else { return nil }
            defer { fclose(file) }
            var bytes: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 65_536)
            while bytes.count < 1 << 24 {
                let count = fread(&chunk, 1, chunk.count, file)
                guard count > 0 else { break }
                bytes += chunk[..<count]
            }
            return bytes
        }

        /// Writes a file that only its owner may read, and run.
        static func write(_ bytes: [UInt8], to path: String) throws {
            unlink(path)
            guard let file = fopen(path, "wxe") else { throw failure("write", path) }
            let count = fwrite(bytes, 1, bytes.count, file)
            guard fclose(file) == 0, count == bytes.count, chmod(path, 0o700) == 0 else { throw failure("write", path) }
        }

        /// Makes a folder that only its owner may enter.
        static func makeFolder(_ path: String) throws {
            guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw failure("make", path) }
        }

        private static func failure(_ verb: String, _ path: String) -> MachineProcess.Failure {
            MachineProcess.Failure(description: "cannot \(verb) \(path): \(String(cString: strerror(errno)))")
        }
    }
#endif
