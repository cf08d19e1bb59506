import JobCore
import Subprocess

/// How a command ended, and what it printed.
struct Outcome: Sendable, CustomStringConvertible {
    let status: TerminationStatus
    let stdout: [UInt8]
    let stderr: [UInt8]

    /// The exit code, or the negative number of the signal.
    var code: Int {
        switch status {
        case .exited(let code): Int(code)
        case .signaled(let signal): -Int(signal)
        }
    }

    var text: String { String(decoding: stdout, as: UTF8.self) }
    var errors: String { String(decoding: stderr, as: UTF8.self) }
    var lines: [String] { text.split(separator: "\n").map { String($0) } }

    /// Standard output as JSON.
    var json: JSONValue { get throws { try JSONParser.parse(stdout) } }

    var description: String { "exit \(code)\n--- stdout\n\(text)\n--- stderr\n\(errors)" }
}
