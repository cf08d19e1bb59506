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
        var total = Duration.zero
        var rest = text.utf8[...]
        var lastRank = -1
        while !rest.isEmpty {
            let number = rest.prefix { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
            rest = rest[number.endIndex...]
            let unit = rest.prefix { (97...122).contains($0) }
            let name = String(decoding: unit, as: UTF8.self)
            guard let rank = Self.units.firstIndex(where: { $0.name == name }), rank > lastRank,
                let part = Self.part(String(decoding: number, as: UTF8.self), of: Self.units[rank].microseconds)
            else { return nil }
            rest = rest[unit.endIndex...]
            total += part
            lastRank = rank
        }
        guard total.wholeMicroseconds < Int64.max else { return nil }
        self = total
    }

    /// So many units.
    ///
    /// Whole numbers are exact, which doubles are for 285 years only.
    private static func part(_ number: String, of unit: Int64) -> Duration? {
        if let whole = Int64(number) {
            let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
            return overflow ? nil : .microseconds(product)
        }
        return Double(number).flatMap { Duration(validSeconds: $0 * (Double(unit) / 1_000_000)) }
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
        for (name, size) in Self.units where rest >= size {
            text += "\(rest / size)\(name)"
            rest %= size
        }
        return text
    }

    private static let units: [(name: String, microseconds: Int64)] = [
        ("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000), ("ms", 1_000), ("us", 1),
    ]
}
