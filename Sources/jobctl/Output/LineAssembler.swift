/// Puts the pieces of a stream together into lines.
struct LineAssembler {
    /// Longer lines are cut here, so that output without line breaks does not pile up.
    private static let limit = 64 << 10

    private var rest: [UInt8] = []

    /// Takes a piece and returns the lines that it completes, without their line breaks.
    mutating func add(_ bytes: [UInt8]) -> [String] {
        var lines: [String] = []
        for part in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast() {
            lines.append(Self.text(rest + part))
            rest = []
        }
        rest += bytes.suffix(while: { $0 != 0x0A })
        if rest.count > Self.limit { lines.append(contentsOf: flush()) }
        return lines
    }

    /// The line that has no end yet, if there is one.
    mutating func flush() -> [String] {
        defer { rest = [] }
        return rest.isEmpty ? [] : [Self.text(rest)]
    }

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.last == 0x0D ? bytes.dropLast() : bytes[...], as: UTF8.self)
    }
}

extension Array where Element == UInt8 {
    /// The bytes at the end that all satisfy a condition.
    fileprivate func suffix(while condition: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        guard let last = lastIndex(where: { !condition($0) }) else { return self[...] }
        return self[(last + 1)...]
    }
}
