import JobCore
import JobTesting
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Typed values become the JSON that Foundation would write, and come back.
@Suite struct JSONValueCodingTests {
    @Test(arguments: numbers + texts + collections + types)
    func `a value becomes what Foundation writes, in the same order, and comes back`(_ sample: CodingSample) throws {
        let json = try sample.encoded()
        #expect(json.text == (try sample.reference().text))
        #expect(try sample.returns(json))
    }

    static let numbers: [CodingSample] = [
        CodingSample("Int", 5), CodingSample("least Int", Int.min), CodingSample("greatest Int64", Int64.max),
        CodingSample("Int8", [Int8.min, .max]), CodingSample("Int16", [Int16.min, .max]),
        CodingSample("Int32", [Int32.min, .max]), CodingSample("Int64", [Int64.min, .max]),
        CodingSample("UInt", [UInt.min, 7]), CodingSample("UInt8", [UInt8.max]), CodingSample("UInt16", [UInt16.max]),
        CodingSample("UInt32", [UInt32.max]), CodingSample("UInt64", [UInt64(Int64.max)]),
        CodingSample("Int128", [Int128(Int64.min), 9]), CodingSample("UInt128", [UInt128(UInt32.max)]),
        CodingSample("boxed Int128", Maybe<Int128>(content: -9)),
        CodingSample("boxed UInt128", Maybe<UInt128>(content: 9)),
        CodingSample("Double", [0.5, -1.25, 1e300, .pi, .greatestFiniteMagnitude, .leastNonzeroMagnitude]),
        CodingSample("whole Double", [0.0, 1, -3, 1e15, 0x1p53 - 1, 0x1p53, -0x1p53, 0x1p53 + 2, 1e18, 1e21]),
        CodingSample("Float", [Float(0.1), 1e30, 1.5, .pi, .leastNonzeroMagnitude, .greatestFiniteMagnitude]),
        CodingSample("whole Float", [Float(0), -7, 0x1p24 - 1, 0x1p24, 0x1p24 + 2, -0x1p25]),
        CodingSample("boxed numbers", [Box(content: Float(0.3))]), CodingSample("boxed UInt8", Box(content: UInt8(9))),
        CodingSample("Bool", [true, false]), CodingSample("boxed Bool", Box(content: false)),
    ]

    static let texts: [CodingSample] = [
        CodingSample("String", "é🦀\u{0}\"\\/\n\u{7F}\u{2028}"), CodingSample("empty String", ""),
        CodingSample("Character", ["e\u{301}"]), CodingSample("raw texts", [Style.solid, .dashed]),
        CodingSample("raw numbers", Box(content: Level.low)), CodingSample("Date", Date(timeIntervalSince1970: 86_400)),
        CodingSample("Data", Data([0, 255, 16, 3])), CodingSample("no Data", Data()),
        CodingSample("Decimal", Decimal(string: "12345.678")), CodingSample("whole Decimal", Decimal(-40)),
    ]

    static let collections: [CodingSample] = [
        CodingSample("empty list", [Int]()), CodingSample("lists of lists", [[1], [], [2, 3]]),
        CodingSample("texts", ["a", ""]), CodingSample("optionals", [nil, 1, nil]),
        CodingSample("nothing", Int?.none), CodingSample("something", Int?.some(1)),
        CodingSample("optional dates", [nil, Date(timeIntervalSince1970: 1)]),
        CodingSample("set", Set([3, 1, 2])), CodingSample("range", 1..<5),
        CodingSample("duration", Duration.seconds(3)),
        CodingSample("empty dictionary", [String: Int]()),
        CodingSample("names of all kinds", ["z": 1, "Z": 2, "a10": 3, "a2": 4, "": 5, "é": 6, "e\u{301}x": 7, "🦀": 8]),
        CodingSample("names that order differently as UTF-16", ["\u{FF5E}": 1, "🦀": 2, "a": 3]),
        CodingSample("many names", Dictionary(uniqueKeysWithValues: (0..<100).map { ("name \($0)", $0) })),
        CodingSample("numbers as names", [10: "b", 9: "a", -1: "c"]), CodingSample("enums as names", [Style.solid: 1]),
        CodingSample("other keys", [1.5: "a"]),
        CodingSample("nested dictionaries", ["b": ["d": 1.0, "c": 2], "a": [:]]),
    ]

    static let types: [CodingSample] = [
        CodingSample("struct", Point(y: 1, x: 2, name: "p")),
        CodingSample(
            "nested structs",
            Line(
                points: [Point(y: 1, x: 0.5, name: ""), Point(y: 2, x: 1e16, name: "b")], label: nil, style: .dashed,
                parts: ["z": Point(y: 0, x: 0, name: "z"), "a": Point(y: 9, x: 9, name: "a")],
                extra: ["a": 1, "b": [nil, true, "x", 1.5, [:], []]])),
        CodingSample("enum without values", Shape.empty),
        CodingSample("enum with values", [Shape.pair(.circle(radius: 2), .named("n", inner: nil)), .empty]),
        CodingSample("keys that are numbers", Numbered(first: 1, second: "b", third: true)),
        CodingSample("nothing inside", Maybe<Point>(content: nil)),
        CodingSample("something inside", Maybe(content: Point(y: 1, x: 1, name: "p"))),
        CodingSample("super", [Dog(name: "Rex", tricks: ["sit"])]),
        CodingSample("shared", [Cat(name: "Tom", lives: 9)]),
        CodingSample(
            "special types",
            Special(
                date: Date(timeIntervalSince1970: 1_000_000), data: Data("hi".utf8), url: URL(filePath: "/a b"),
                decimal: 3, dates: [.distantFuture], urls: ["u": URL(filePath: "/")], maybe: nil, none: nil, id: UUID())
        ),
        CodingSample("JSON", ["a": nil, "b": [1, 2.5, "x", false], "c": ["a": [:]]] as JSONValue),
        CodingSample("JSON inside", Box<JSONValue>(content: ["x": [1]])),
        CodingSample("JSON lists", [JSONValue.null, 1, "a"]), CodingSample("optional JSON", [JSONValue?.none, 1]),
        CodingSample("JSON by name", ["a": JSONValue.bool(true)]),
    ]

    @Test(arguments: UInt64(1)...20)
    func `numbers of all sizes become what Foundation writes`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<50 {
            let bits = UInt64.random(in: .min ... .max, using: &random)
            let wide = Int128(bits) << Int128.random(in: 0..<62, using: &random)
            let whole = Double(bits >> UInt64.random(in: 0..<64, using: &random))
            try Self.expectSame(bits)
            try Self.expectSame(wide)
            try Self.expectSame(-wide)
            try Self.expectSame(UInt128(wide) + 1)
            try Self.expectSame(whole)
            try Self.expectSame(Float(whole))
            let double = Double(bitPattern: bits)
            let float = Float(bitPattern: UInt32(truncatingIfNeeded: bits))
            try Self.expectSame(double.isFinite ? double : 0.5)
            try Self.expectSame(float.isFinite ? float : 0.5)
        }
    }

    private static func expectSame(_ value: some Encodable) throws {
        #expect(try JSONValue(encoding: value).text == FoundationCoders.json(of: value).text, "\(value)")
    }
}
