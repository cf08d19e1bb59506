import Foundation
import JobCore
import JobTesting
import Subprocess

/// A jobctl that runs, and what it has printed so far.
final class RunningJobctl: Sendable {
    let process: pid_t
    let stdout = PrintedLines()
    let stderr = PrintedLines()

    init(process: pid_t) { self.process = process }

    func send(_ signal: Int32) { kill(process, signal) }
}

/// What a process prints, as lines to wait for.
final class PrintedLines: Sendable {
    private let pieces = EventLog<[UInt8]>()
    private let lines = EventLog<String>()

    func add(_ buffer: SubprocessOutputSequence.Buffer) {
        let bytes = buffer.withUnsafeBytes { Array($0) }
        let before = self.bytes.split(separator: 0x0A, omittingEmptySubsequences: false).count - 1
        pieces.record(bytes)
        let all = self.bytes.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
        for line in all.dropFirst(before) { lines.record(String(decoding: line, as: UTF8.self)) }
    }

    var bytes: [UInt8] { Array(pieces.events.joined()) }

    /// Tells those who wait that nothing more comes.
    func end() { lines.record(Self.end) }

    /// No program prints it.
    private static let end = "\u{4}"

    /// Waits for a whole line that contains a text.
    ///
    /// - Throws: what was printed when the process ends without such a line.
    @discardableResult
    func line(containing text: String) async throws -> String {
        let line = try await lines.first { $0.contains(text) || $0 == Self.end }
        guard line != Self.end else {
            throw Workspace.Failure(text: "no line with \(text) came: \(String(decoding: bytes, as: UTF8.self))")
        }
        return line
    }
}
