extension JSONValue {
    /// The number that the integer's decimal text would be read as.
    @inline(__always)
    init(integer: some FixedWidthInteger) {
        if let exact = Int64(exactly: integer) {
            self = .integer(exact)
        } else {
            self = .number(Double(integer))
        }
    }

    /// The number that the double's shortest text would be read as, or nil when there is none.
    init?(finite double: Double) {
        guard double.isFinite else { return nil }
        // Up to this size whole doubles are written without exponent, so they are read as integers.
        if double.magnitude <= 0x1p53, let whole = Int64(exactly: double) {
            self = .integer(whole)
        } else {
            self = .number(double)
        }
    }

    /// The number that the shortest text would be read as, which is not what the value has as a double: 0.1 stays 0.1.
    init?(finite float: Float) {
        guard float.isFinite else { return nil }
        if float.magnitude <= 0x1p24, let whole = Int64(exactly: float) {
            self = .integer(whole)
        } else {
            self = .number(Double(float.description) ?? Double(float))
        }
    }

    /// Whether the value is written as `null`: numbers that JSON cannot hold are.
    var isWrittenAsNull: Bool {
        switch self {
        case .null: true
        case .number(let number): !number.isFinite
        default: false
        }
    }

    /// The number as an integer, or nil when it is none or does not fit.
    @inline(__always)
    func integer<Integer: FixedWidthInteger>(as type: Integer.Type) -> Integer? {
        switch self {
        case .integer(let integer): Integer(exactly: integer)
        case .number(let number): Self.integer(number, as: type)
        default: nil
        }
    }

    /// The number as a double, or nil when this is none.
    var finiteDouble: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .number(let number) where number.isFinite: number
        default: nil
        }
    }

    /// The number as a float, or nil when this is none or the float would be infinite or zero instead.
    var finiteFloat: Float? {
        switch self {
        case .integer(let integer): return Float(integer)
        case .number(let number):
            // Its text, not the number, is what lies nearest to the float that was written.
            guard number.isFinite, let float = Float(number.description) else { return nil }
            return float.isFinite && (float != 0 || number == 0) ? float : nil
        default: return nil
        }
    }

    private static func integer<Integer: FixedWidthInteger>(_ number: Double, as type: Integer.Type) -> Integer? {
        guard let exact = Integer(exactly: number) else { return nil }
        if number.magnitude <= 0x1p53 { return exact }
        // Farther out one double stands for several integers; the one of its shortest text is meant.
        guard let magnitude = wholeText(number.magnitude), let integer = Integer(exactly: magnitude) else { return nil }
        return number < 0 ? 0 - integer : integer
    }

    /// The integer that a text such as `1.25e+18` stands for, or nil when it does not fit.
    private static func wholeText(_ number: Double) -> UInt64? {
        let parts = number.description.split(separator: "e")
        guard parts.count == 2, let exponent = Int(parts[1]) else { return nil }
        let digits = parts[0].filter { $0 != "." }
        guard var whole = UInt64(digits) else { return nil }
        for _ in 0..<max(0, exponent - (digits.count - 1)) {
            let (product, overflow) = whole.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            whole = product
        }
        return whole
    }
}
