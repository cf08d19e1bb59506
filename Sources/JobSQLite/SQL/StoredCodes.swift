internal import JobCore

// How words are stored as small integers. The numbers are part of the file format: new ones are added at the end,
// none is ever given another meaning. They are written out so that reordering an enum cannot change a file.

/// A value that the file holds as a small integer.
protocol StoredCode: CaseIterable, Sendable {
    /// The integer in the file.
    var code: Int64 { get }
}

extension StoredCode {
    /// The value of an integer in the file.
    ///
    /// - Throws: ``UnknownCode`` when no value has that number.
    static func decode(_ code: Int64) throws(UnknownCode) -> Self {
        for value in allCases where value.code == code { return value }
        throw UnknownCode(type: "\(Self.self)", code: code)
    }
}

/// A number in the file that no value has: damage, or a writer that did not keep to the schema.
struct UnknownCode: Error, CustomStringConvertible {
    let type: String
    let code: Int64

    var description: String { "the store holds \(code), which is no \(type)" }
}

extension UniqueKey.Phase: StoredCode {
    var code: Int64 {
        switch self {
        case .waiting: 0
        case .running: 1
        case .succeeded: 2
        case .failed: 3
        case .poisoned: 4
        case .cancelled: 5
        }
    }
}

extension UniqueKey {
    /// The phases as bits, the bit of a phase being its code.
    var phaseMask: Int64 { phases.reduce(0) { $0 | 1 << $1.code } }
}

extension WaitReason: StoredCode {
    var code: Int64 {
        switch self {
        case .scheduled: 0
        case .retry: 1
        case .snoozed: 2
        case .released: 3
        }
    }
}

extension Attempt.Outcome: StoredCode {
    var code: Int64 {
        switch self {
        case .succeeded: 0
        case .failed: 1
        case .cancelled: 2
        case .lost: 3
        case .snoozed: 4
        case .released: 5
        case .interrupted: 6
        }
    }
}

extension LogEntry.Stream: StoredCode {
    var code: Int64 {
        switch self {
        case .stdout: 0
        case .stderr: 1
        case .system: 2
        }
    }
}

extension Outcome {
    /// The outcome of a finished phase; nil for the phases of living jobs.
    init?(_ phase: UniqueKey.Phase) {
        switch phase {
        case .waiting, .running: return nil
        case .succeeded: self = .succeeded
        case .failed: self = .failed
        case .poisoned: self = .poisoned
        case .cancelled: self = .cancelled
        }
    }
}
