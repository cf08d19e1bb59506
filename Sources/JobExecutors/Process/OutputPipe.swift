internal import CProcess
internal import Glibc
internal import JobCore

/// The pipe of one output stream.
struct OutputPipe: Sendable {
    /// Which stream it is.
    let stream: LogEntry.Stream
    /// The end that is read, or -1 after the end of all output; `poll` passes over that.
    private(set) var descriptor: CInt
    /// The end that children write to, or -1 when only they have it.
    ///
    /// While this program has it too, the pipe tells of output but of no end.
    private(set) var writer: CInt
    /// The start of a UTF-8 sequence whose rest has not come yet.
    private var held: [UInt8] = []

    private static let readBytes = 64 * 1024
    /// As much as needs no memory from the heap.
    private static let restBytes = 1024

    /// Makes a pipe.
    init(_ stream: LogEntry.Stream) throws(StepFailure) {
        var ends: [CInt] = [-1, -1]
        let problem = cprocess_pipe(&ends)
        guard problem == 0 else { throw .noResources("opening a pipe", problem) }
        self.stream = stream
        descriptor = ends[0]
        writer = ends[1]
    }

    /// Whether more may come.
    var isOpen: Bool { descriptor >= 0 }

    /// Reads what is there, up to 64 KiB; blocks when nothing is.
    ///
    /// The result ends with a whole UTF-8 sequence, where it is UTF-8 at all; it may be empty. With `isAtEnd` all that is
    /// expected is the end, and less is read should there be something still.
    mutating func read(isAtEnd: Bool = false) -> [UInt8] {
        guard isOpen else { return [] }
        var bytes = held
        held = []
        let count = withUnsafeTemporaryAllocation(
            byteCount: isAtEnd ? Self.restBytes : Self.readBytes, alignment: 16
        ) { buffer in
            var count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            while count < 0, errno == EINTR { count = Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
            if count > 0 { bytes.append(contentsOf: buffer[..<count]) }
            return count
        }
        guard count > 0 else {
            close()
            return bytes
        }
        let tail = Self.unfinishedTail(of: bytes)
        held = Array(bytes.suffix(tail))
        bytes.removeLast(tail)
        return bytes
    }

    /// Leaves the writing to the children, so that the pipe ends with them.
    mutating func closeWriter() {
        if writer >= 0 { Glibc.close(writer) }
        writer = -1
    }

    /// Closes both ends, and returns what was held back.
    @discardableResult
    mutating func close() -> [UInt8] {
        closeWriter()
        if isOpen { Glibc.close(descriptor) }
        descriptor = -1
        defer { held = [] }
        return held
    }

    /// How many bytes at the end begin a UTF-8 sequence without ending it: 0 to 3.
    static func unfinishedTail(of bytes: some BidirectionalCollection<UInt8>) -> Int {
        var length = 0
        for byte in bytes.suffix(3).reversed() {
            length += 1
            switch byte {
            case 0x80...0xBF: continue
            case 0xC2...0xDF: return length < 2 ? length : 0
            case 0xE0...0xEF: return length < 3 ? length : 0
            case 0xF0...0xF4: return length
            default: return 0
            }
        }
        return 0
    }
}
