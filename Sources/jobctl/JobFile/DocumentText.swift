/// The text of a job or fleet file, checked before any parser sees it.
struct DocumentText {
    /// The most bytes that a file may have.
    static let sizeLimit = 4 << 20

    /// The file's name as messages show it.
    let name: String
    /// Valid UTF-8 without NUL and without a byte order mark.
    let bytes: [UInt8]

    /// Reads a file; `-` is standard input.
    ///
    /// - Parameter kind: what the file should be.
    /// - Throws: ``FileRefused`` for what is no text; ``CommandFailure`` when the file cannot be read.
    init(path: String, kind: FileKind) throws {
        name = path == "-" ? "stdin" : path
        let read: [UInt8]
        do throws(FileError) {
            read = try InputFile.read(path, limit: Self.sizeLimit + 1)
        } catch {
            throw CommandFailure(.inputOutput, "cannot read the \(kind.rawValue) file \(name): \(error.reason)")
        }
        bytes = try Self.checked(read, name: name, kind: kind)
    }

    private static func checked(_ read: [UInt8], name: String, kind: FileKind) throws(FileRefused) -> [UInt8] {
        func refused(_ message: String, at offset: Int? = nil) -> FileRefused {
            let line = offset.map { offset in 1 + read[..<offset].count { $0 == 0x0A } }
            return FileRefused(file: name, faults: [DocumentFault(line: line, message: message)])
        }
        if read.count > sizeLimit {
            throw refused("the file has more than \(sizeLimit >> 20) MiB; a \(kind.rawValue) file holds no data")
        }
        if let offset = read.firstIndex(of: 0) {
            throw refused("the file holds NUL bytes; a \(kind.rawValue) file is YAML or JSON text in UTF-8", at: offset)
        }
        if let offset = firstInvalidByte(read) {
            throw refused("the file is not valid UTF-8 here", at: offset)
        }
        let bytes = read.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(read.dropFirst(3)) : read
        let isBlank = bytes.allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        if isBlank { throw refused("the file is empty; it must hold a \(kind.rawValue)") }
        return bytes
    }

    private static func firstInvalidByte(_ bytes: [UInt8]) -> Int? {
        if String(validating: bytes, as: UTF8.self) != nil { return nil }
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var offset = 0
        while case .scalarValue(let scalar) = decoder.decode(&iterator) { offset += UTF8.width(scalar) }
        return min(offset, bytes.count)
    }

    /// Whether the text may be JSON, as it begins with a brace or a bracket; so does YAML in its flow style.
    var mayBeJSON: Bool {
        let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }
}
