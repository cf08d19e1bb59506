/// A size in bytes.
public struct ByteCount: Hashable, Comparable, Sendable {
    /// The number of bytes, never negative.
    public let bytes: Int64

    /// Makes a size; negative counts become zero.
    public init(_ bytes: Int64) {
        self.bytes = max(0, bytes)
    }

    /// Makes a size from whole mebibytes.
    public static func mebibytes(_ count: Int64) -> ByteCount { ByteCount(count << 20) }

    /// Makes a size from whole kibibytes.
    public static func kibibytes(_ count: Int64) -> ByteCount { ByteCount(count << 10) }

    /// Reads a size as people write it: `512`, `64KiB`, `256MiB`, `1.5GiB`, `2TiB`, or decimal `KB MB GB TB`.
    ///
    /// Returns nil for anything else and for more than `Int64` holds.
    public init?(jobText text: String) {
        let number = text.utf8.prefix { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
        guard let value = Double(String(decoding: number, as: UTF8.self)), value.isFinite else { return nil }
        let unit = String(decoding: text.utf8[number.endIndex...], as: UTF8.self)
        guard let factor = Self.units[unit], value * factor < 9.2e18 else { return nil }
        // Doubles are exact up to 8 PiB only, and a written size is read back as itself.
        if let whole = Int64(String(decoding: number, as: UTF8.self)) {
            self.init(whole * Int64(factor))
        } else {
            self.init(Int64((value * factor).rounded()))
        }
    }

    /// The shortest exact text, such as `256MiB`.
    public var jobText: String {
        for (name, shift) in [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)] as [(String, Int64)]
        where bytes != 0 && bytes & ((1 << shift) - 1) == 0 {
            return "\(bytes >> shift)\(name)"
        }
        return "\(bytes)"
    }

    /// Whether the left one comes first.
    public static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }

    private static let units: [String: Double] = [
        "": 1, "B": 1, "KiB": 0x1p10, "MiB": 0x1p20, "GiB": 0x1p30, "TiB": 0x1p40,
        "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
    ]
}
