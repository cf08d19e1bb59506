/// The identity of a job: a UUID of version 7, so that ids sort by the time of their making.
///
/// The caller makes it before it enqueues. That makes a repeated enqueue safe: the same id is the same job.
///
/// Source: https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7
public struct JobID: Hashable, Comparable, Sendable {
    /// The first eight bytes, big-endian.
    public let high: UInt64
    /// The last eight bytes, big-endian.
    public let low: UInt64

    /// Makes an id from its 128 bits, which any UUID may be.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Makes a new id for a time.
    ///
    /// The 48-bit milliseconds are followed by the 12-bit fraction of the millisecond and 62 random bits, so ids made
    /// on one machine sort by time to a quarter of a microsecond.
    public init(at time: Timestamp, using random: inout some RandomNumberGenerator) {
        let microseconds = UInt64(max(0, time.microseconds))
        let fraction = (microseconds % 1_000) * 4_096 / 1_000
        high = (microseconds / 1_000) << 16 | 0x7000 | fraction
        low = (random.next() & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
    }

    /// Makes a new id from the machine's clock and generator.
    public init() {
        var random = RandomWords.shared
        self.init(at: TimeSource.system.now, using: &random)
    }

    /// Whether the left one comes first.
    public static func < (left: JobID, right: JobID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension JobID: LosslessStringConvertible {
    /// Reads the canonical form of 36 characters, in either case; nil for anything else.
    public init?(_ text: String) {
        var words: (UInt64, UInt64) = (0, 0)
        var digits = 0
        for (index, byte) in text.utf8.enumerated() {
            if [8, 13, 18, 23].contains(index) {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            let digit: UInt8
            switch byte {
            case 48...57: digit = byte - 48
            case 65...70: digit = byte - 55
            case 97...102: digit = byte - 87
            default: return nil
            }
            guard digits < 32 else { return nil }
            if digits < 16 { words.0 = words.0 << 4 | UInt64(digit) } else { words.1 = words.1 << 4 | UInt64(digit) }
            digits += 1
        }
        guard digits == 32 else { return nil }
        self.init(high: words.0, low: words.1)
    }

    /// The canonical form: 36 lower-case characters.
    public var description: String {
        String(unsafeUninitializedCapacity: 36) { text in
            var place = 0
            for word in [high, low] {
                for shift in stride(from: 60, through: 0, by: -4) {
                    if Self.dashes.contains(place) {
                        text[place] = UInt8(ascii: "-")
                        place += 1
                    }
                    let digit = UInt8(truncatingIfNeeded: word >> UInt64(shift)) & 15
                    text[place] = digit < 10 ? 48 + digit : 87 + digit
                    place += 1
                }
            }
            return place
        }
    }

    /// Where the canonical form has dashes.
    private static let dashes = [8, 13, 18, 23]

    /// The sixteen bytes in network order, as stores keep them.
    public var bytes: [UInt8] {
        (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? high : low) >> UInt64((7 - $0 % 8) * 8)) }
    }

    /// Makes an id from sixteen bytes in network order; nil for any other count.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        for (index, byte) in bytes.enumerated() {
            if index < 8 { words.0 = words.0 << 8 | UInt64(byte) } else { words.1 = words.1 << 8 | UInt64(byte) }
        }
        self.init(high: words.0, low: words.1)
    }
}
