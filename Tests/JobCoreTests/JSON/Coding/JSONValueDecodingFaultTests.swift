import JobCore
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// JSON that does not fit a type is refused with the kind, the type and the place that Foundation names.
@Suite struct JSONValueDecodingFaultTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let ours: @Sendable () -> CodingFault?
        let reference: @Sendable () -> CodingFault?
        let expected: CodingFault

        init(
            _ type: (some Decodable & SendableMetatype).Type, _ json: JSONValue, _ kind: CodingFault.Kind,
            _ subject: Any = "", at path: String = ""
        ) {
            testDescription = "\(json.text) as \(type)"
            ours = { codingFault { try json.decode(type) } }
            reference = { codingFault { try FoundationCoders.value(type, from: json) } }
            expected = CodingFault(kind, subject, at: path)
        }
    }

    @Test(arguments: shapes + nulls + texts + places)
    func `what does not fit is refused where it stands`(_ refusal: Refusal) {
        #expect(refusal.ours() == refusal.expected)
        #expect(refusal.reference() == refusal.expected)
    }

    static let shapes: [Refusal] = [
        Refusal(Int.self, "1", .typeMismatch, Int.self), Refusal(Double.self, true, .typeMismatch, Double.self),
        Refusal(Float.self, [:], .typeMismatch, Float.self), Refusal(String.self, 1, .typeMismatch, String.self),
        Refusal(Bool.self, 1, .typeMismatch, Bool.self), Refusal(UInt128.self, [], .typeMismatch, UInt128.self),
        Refusal([Int].self, ["a": 1], .typeMismatch, [Any].self),
        Refusal([Int].self, 1, .typeMismatch, [Any].self),
        Refusal([String: Int].self, [1], .typeMismatch, [String: Any].self),
        Refusal(Point.self, "p", .typeMismatch, [String: Any].self),
        Refusal(Point.self, [:], .keyNotFound, "y"), Refusal(Style.self, "wavy", .dataCorrupted),
        Refusal(Level.self, 0, .dataCorrupted), Refusal(Shape.self, [:], .typeMismatch, Shape.self),
        Refusal(Shape.self, ["circle": [:]], .keyNotFound, "radius", at: "circle"),
        Refusal([Double: Int].self, [1.5], .dataCorrupted),
        Refusal([Int: Int].self, ["a": 1], .typeMismatch, Int.self, at: "a"),
    ]

    static let nulls: [Refusal] = [
        Refusal(Int.self, nil, .valueNotFound, Int.self), Refusal(Double.self, nil, .valueNotFound, Double.self),
        Refusal(String.self, nil, .valueNotFound, String.self), Refusal(Bool.self, nil, .typeMismatch, Bool.self),
        Refusal(Date.self, nil, .valueNotFound, Date.self), Refusal(Data.self, nil, .valueNotFound, Data.self),
        Refusal(URL.self, nil, .valueNotFound, URL.self), Refusal(Decimal.self, nil, .valueNotFound, Decimal.self),
        Refusal([Int].self, nil, .valueNotFound, [Any].self),
        Refusal(Point.self, nil, .valueNotFound, [String: Any].self),
        Refusal(Double.self, .number(.nan), .valueNotFound, Double.self),
        Refusal(Bool.self, .number(.infinity), .typeMismatch, Bool.self),
        Refusal(Box<Int>.self, ["content": nil], .valueNotFound, Int.self, at: "content"),
        Refusal(Box<Bool>.self, ["content": nil], .typeMismatch, Bool.self, at: "content"),
        Refusal([String].self, ["a", nil], .valueNotFound, String.self, at: "[1]"),
    ]

    static let texts: [Refusal] = [
        Refusal(Box<Date>.self, ["content": 1], .typeMismatch, String.self, at: "content"),
        Refusal(Box<Data>.self, ["content": 1], .typeMismatch, String.self, at: "content"),
        Refusal(Box<URL>.self, ["content": 1], .typeMismatch, String.self, at: "content"),
        Refusal(Box<Decimal>.self, ["content": "1"], .typeMismatch, Decimal.self, at: "content"),
        Refusal(Date.self, "yesterday", .dataCorrupted),
        Refusal(Box<UUID>.self, ["content": "x"], .dataCorrupted, at: "content"),
        Refusal(Box<Data>.self, ["content": "?"], .dataCorrupted, at: "content"),
        Refusal(Box<URL>.self, ["content": ""], .dataCorrupted, at: "content"),
    ]

    static let places: [Refusal] = [
        Refusal(
            [Point].self, [["y": 1, "x": 1, "name": "a"], ["y": 1, "x": "b"]], .typeMismatch, Double.self, at: "[1].x"),
        Refusal(
            Box<[Box<Int>]>.self, ["content": [["content": true]]], .typeMismatch, Int.self, at: "content[0].content"),
        Refusal(Maybe<Int>.self, ["content": "x"], .typeMismatch, Int.self, at: "content"),
        Refusal(Maybe<Point>.self, ["content": [:]], .keyNotFound, "y", at: "content"),
        Refusal([String: [Int]].self, ["a": [1, "x"]], .typeMismatch, Int.self, at: "a[1]"),
        Refusal(
            Shape.self, ["pair": ["_0": ["empty": [:]], "_1": ["circle": ["radius": "x"]]]], .typeMismatch, Double.self,
            at: "pair._1.circle.radius"),
        Refusal(Dog.self, ["tricks": []], .valueNotFound, [String: Any].self, at: "super"),
        Refusal(Dog.self, ["tricks": [], "super": ["name": 1]], .typeMismatch, String.self, at: "super.name"),
        Refusal(Cat.self, ["lives": 1], .keyNotFound, "name"),
        Refusal([Int8?].self, [nil, "x"], .typeMismatch, Int8.self, at: "[1]"),
    ]

    @Test(
        arguments: [
            0, -1, 127, 128, -129, 255, 256, .integer(.max), .integer(.min), .number(3), .number(-0.0), .number(1.5),
            .number(0x1p53), .number(0x1p53 + 2), .number(1e18), .number(-1e18), .number(0x1p63), .number(-0x1p63),
            .number(9_223_372_036_854_774_784), .number(1.844674407370955e19), .number(0x1p64), .number(1e30),
            .number(-1e30), .number(0.1), .number(.leastNonzeroMagnitude), .number(1e-45), .number(1e-60),
            .number(1e300),
            .number(1 + 0x1p-24), .number(3.4028235e38), .number(3.4028236e38),
        ] as [JSONValue])
    func `a number is read as Foundation reads it, or refused`(_ json: JSONValue) {
        Self.expectSame(Int.self, json)
        Self.expectSame(Int8.self, json)
        Self.expectSame(Int16.self, json)
        Self.expectSame(Int32.self, json)
        Self.expectSame(Int64.self, json)
        Self.expectSame(Int128.self, json)
        Self.expectSame(UInt.self, json)
        Self.expectSame(UInt8.self, json)
        Self.expectSame(UInt16.self, json)
        Self.expectSame(UInt32.self, json)
        Self.expectSame(UInt64.self, json)
        Self.expectSame(UInt128.self, json)
        Self.expectSame(Double.self, json)
        Self.expectSame(Float.self, json)
        Self.expectSame(Decimal.self, json)
    }

    @Test(arguments: [
        Refusal(Box<Int8>.self, ["content": 300], .dataCorrupted, at: "content"),
        Refusal([UInt].self, [1, -1], .dataCorrupted, at: "[1]"),
        Refusal(Box<[Float]>.self, ["content": [1, 1e300]], .dataCorrupted, at: "content[1]"),
        Refusal(Box<Date>.self, ["content": "yesterday"], .dataCorrupted, at: "content"),
        Refusal([Decimal].self, [1, 1e300], .dataCorrupted, at: "[1]"),
    ])
    func `numbers out of range and texts without meaning are refused where they stand`(_ refusal: Refusal) {
        #expect(refusal.ours() == refusal.expected)
        #expect(refusal.reference()?.kind == refusal.expected.kind)
    }

    private static func expectSame<Value: Codable & Hashable & Sendable>(_ type: Value.Type, _ json: JSONValue) {
        let reference = try? FoundationCoders.value(type, from: json)
        #expect((try? json.decode(type)) == reference, "\(type)")
        #expect((try? (["content": json] as JSONValue).decode(Box<Value>.self))?.content == reference, "\(type)")
        #expect((try? ([json] as JSONValue).decode([Value].self))?.first == reference, "\(type)")
        if reference == nil { #expect(codingFault { try json.decode(type) }?.kind == .dataCorrupted) }
    }
}
