extension Duration {
    /// Reads a duration as people write it: `90s`, `10m`, `1h30m`, `2d`, `250ms`, `1.5h`, or a bare number of seconds.
    ///
    /// Units are `d h m s ms us` in falling order, each at most once. Returns nil for anything else, for negative
    /// values, and for more than about 290,000 years (the range of ``wholeMicroseconds``).
    public init?(jobText text: String) {
        guard !text.isEmpty, text.utf8.count <= 64 else { return nil }
        if let seconds = Double(text), text.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ".") }) {
            self.init(validSeconds: seconds)
            return
        }
        var total = 0.0
        var rest = text.utf8[...]
        var lastRank = -1
        while !rest.isEmpty {
            let number = rest.prefix { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
            guard let value = Double(String(decoding: number, as: UTF8.self)) else { return nil }
            rest = rest[number.endIndex...]
            let unit = rest.prefix { (97...122).contains($0) }
            let name = String(decoding: unit, as: UTF8.self)
            guard let rank = Self.units.firstIndex(where: { $0.name == name }), rank > lastRank else { return nil }
            rest = rest[unit.endIndex...]
            total += value * Self.units[rank].seconds
            lastRank = rank
        }
        self.init(validSeconds: total)
    }

    /// Makes a duration of `seconds`, rounded to microseconds; nil when negative, not finite or out of range.
    public init?(validSeconds seconds: Double) {
        guard seconds.isFinite, seconds >= 0, seconds < 9.2e12 else { return nil }
        self = .microseconds(Int64((seconds * 1_000_000).rounded()))
    }

    /// The shortest text that ``init(jobText:)`` reads back as the same number of microseconds, such as `1h30m`.
    public var jobText: String {
        var rest = max(0, wholeMicroseconds)
        if rest == 0 { return "0s" }
        var text = ""
        for (name, size) in Self.exactUnits where rest >= size {
            text += "\(rest / size)\(name)"
            rest %= size
        }
        return text
    }

    private static let units: [(name: String, seconds: Double)] = [
        ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1), ("ms", 1e-3), ("us", 1e-6),
    ]
    private static let exactUnits: [(String, Int64)] = [
        ("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000), ("ms", 1_000), ("us", 1),
    ]
}
