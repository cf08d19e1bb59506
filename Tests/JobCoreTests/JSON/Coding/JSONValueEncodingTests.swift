import JobCore
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What types with a way of their own to encode may do.
@Suite struct JSONValueEncodingTests {
    private static func text(_ write: @escaping (any Encoder) throws -> Void) throws -> String {
        let text = try JSONValue(encoding: Written(write: write)).text
        #expect(text == (try FoundationCoders.json(of: Written(write: write)).text))
        return text
    }

    @Test func `containers nest`() throws {
        let text = try Self.text { encoder in
            #expect(encoder.codingPath.isEmpty)
            #expect(encoder.userInfo.isEmpty)
            var object = encoder.container(keyedBy: AnyKey.self)
            var list = object.nestedUnkeyedContainer(forKey: AnyKey("list"))
            #expect(CodingFault.text(list.codingPath) == "list")
            try list.encode(1)
            try list.encodeNil()
            #expect(list.count == 2)
            var inner = list.nestedContainer(keyedBy: AnyKey.self)
            #expect(CodingFault.text(inner.codingPath) == "list[2]")
            try inner.encode("x", forKey: AnyKey("b"))
            try inner.encodeNil(forKey: AnyKey("a"))
            var innermost = list.nestedUnkeyedContainer()
            try innermost.encode(Point(y: 1, x: 2, name: ""))
            try list.encode(true)
            _ = object.nestedContainer(keyedBy: AnyKey.self, forKey: AnyKey("empty"))
            try object.encodeIfPresent(Int?.none, forKey: AnyKey("absent"))
            try object.encodeIfPresent(0.5, forKey: AnyKey("a"))
        }
        #expect(
            text == #"{"a":0.5,"empty":{},"list":[1,null,{"a":null,"b":"x"},[{"name":"","x":2,"y":1}],true]}"#)
    }

    @Test func `a container that is asked for again goes on where it was`() throws {
        let text = try Self.text { encoder in
            var first = encoder.container(keyedBy: AnyKey.self)
            var nested = first.nestedContainer(keyedBy: AnyKey.self, forKey: AnyKey("n"))
            try nested.encode(1, forKey: AnyKey("a"))
            var second = encoder.container(keyedBy: AnyKey.self)
            var again = second.nestedContainer(keyedBy: AnyKey.self, forKey: AnyKey("n"))
            try again.encode(2, forKey: AnyKey("b"))
            try nested.encode(3, forKey: AnyKey("c"))
            try second.encode([4], forKey: AnyKey("list"))
            try first.encode(["p": 1], forKey: AnyKey("object"))
            var object = first.nestedContainer(keyedBy: AnyKey.self, forKey: AnyKey("object"))
            try object.encode(2, forKey: AnyKey("q"))
        }
        #expect(text == #"{"list":[4],"n":{"a":1,"b":2,"c":3},"object":{"p":1,"q":2}}"#)
        let list = try Self.text { encoder in
            var first = encoder.unkeyedContainer()
            try first.encode(1)
            var second = encoder.unkeyedContainer()
            #expect(second.count == 1)
            try second.encode(2)
        }
        #expect(list == "[1,2]")
    }

    @Test func `a value may be followed by the members of its own object`() throws {
        let text = try Self.text { encoder in
            var single = encoder.singleValueContainer()
            try single.encode(["b": 1])
            var object = encoder.container(keyedBy: AnyKey.self)
            try object.encode(2, forKey: AnyKey("a"))
        }
        #expect(text == #"{"a":2,"b":1}"#)
    }

    @Test func `the later of two values of one name stays`() throws {
        let text = try Self.text { encoder in
            var object = encoder.container(keyedBy: AnyKey.self)
            for name in ["b", "a", "b", "a"] { try object.encode(name + "1", forKey: AnyKey(name)) }
            for number in 0..<40 { try object.encode(number, forKey: AnyKey("k\(number % 20)")) }
            var nested = object.nestedContainer(keyedBy: AnyKey.self, forKey: AnyKey("z"))
            try nested.encode(1, forKey: AnyKey("lost"))
            try object.encode(true, forKey: AnyKey("z"))
            var list = object.nestedUnkeyedContainer(forKey: AnyKey("y"))
            try list.encode(1)
            list = object.nestedUnkeyedContainer(forKey: AnyKey("y"))
            try list.encode(2)
        }
        #expect(text.hasPrefix(#"{"a":"a1","b":"b1","k0":20,"k1":21,"k10":30,"#))
        #expect(text.hasSuffix(#""k9":29,"y":[1,2],"z":true}"#))
        let sameText = try Self.text { encoder in
            var object = encoder.container(keyedBy: AnyKey.self)
            try object.encode(1, forKey: AnyKey("\u{E9}"))
            try object.encode(2, forKey: AnyKey("e\u{301}"))
            try object.encode(3, forKey: AnyKey("z"))
        }
        #expect(sameText == #"{"z":3,"é":2}"#)
    }

    @Test(arguments: [["\u{E9}", "e\u{301}"], ["e\u{301}", "\u{E9}"]])
    func `names that differ in their bytes only are one member`(names: [String]) throws {
        let value = try JSONValue(
            encoding: Written { encoder in
                var object = encoder.container(keyedBy: AnyKey.self)
                for (number, name) in names.enumerated() { try object.encode(number, forKey: AnyKey(name)) }
            })
        #expect(value == ["\u{E9}": 1])
        #expect(try JSONParser.parse(value.utf8) == value)
    }

    @Test func `superclasses stand under a key, in a list or nowhere`() throws {
        let text = try Self.text { encoder in
            var object = encoder.container(keyedBy: AnyKey.self)
            let base = object.superEncoder()
            #expect(CodingFault.text(base.codingPath) == "super")
            try Animal(name: "a").encode(to: base)
            _ = object.superEncoder(forKey: AnyKey("nothing"))
            var list = object.nestedUnkeyedContainer(forKey: AnyKey("list"))
            try 7.encode(to: list.superEncoder())
            try [8].encode(to: list.superEncoder())
        }
        #expect(text == #"{"list":[7,[8]],"nothing":{},"super":{"name":"a"}}"#)
    }

    @Test func `single values pass through`() throws {
        #expect(
            try Self.text { encoder in
                var outer = encoder.singleValueContainer()
                try outer.encode(
                    Written { encoder in
                        var inner = encoder.singleValueContainer()
                        try inner.encode(Date(timeIntervalSince1970: 0))
                    })
            } == #""1970-01-01T00:00:00Z""#)
        #expect(try Self.text { try Int8(1).encode(to: $0) } == "1")
        #expect(try Self.text { try Float(1.5).encode(to: $0) } == "1.5")
        #expect(try Self.text { try UInt128(2).encode(to: $0) } == "2")
        #expect(try Self.text { try Int128(-2).encode(to: $0) } == "-2")
    }

    @Test func `what encodes nothing is an empty object inside, and refused alone`() throws {
        let nothing = Written { _ in }
        #expect(try Self.text { try ["a": nothing].encode(to: $0) } == #"{"a":{}}"#)
        #expect(try Self.text { try [nothing].encode(to: $0) } == "[{}]")
        let single = try Self.text { encoder in
            var container = encoder.singleValueContainer()
            try container.encode(nothing)
        }
        #expect(single == "{}")
        #expect(codingFault { try JSONValue(encoding: nothing) } == CodingFault(.invalidValue, Written.self))
    }

    @Test func `an error of a part may be survived`() throws {
        let text = try Self.text { encoder in
            var list = encoder.unkeyedContainer()
            #expect(throws: EncodingError.self) { try list.encode(Double.nan) }
            #expect(throws: EncodingError.self) { try list.encode([1, Double.infinity]) }
            try list.encode(1)
        }
        #expect(text == "[1]")
    }

    @Test func `numbers that JSON cannot hold are refused where they stand`() {
        func fault(_ value: some Encodable) -> CodingFault? { codingFault { try JSONValue(encoding: value) } }
        #expect(fault(Double.nan) == CodingFault(.invalidValue, Double.self))
        #expect(fault(-Float.infinity) == CodingFault(.invalidValue, Float.self))
        #expect(fault(Box(content: Double.infinity)) == CodingFault(.invalidValue, Double.self, at: "content"))
        #expect(fault(["k": [1, Float.nan]]) == CodingFault(.invalidValue, Float.self, at: "k[1]"))
        #expect(fault([Box(content: Double.nan)]) == CodingFault(.invalidValue, Double.self, at: "[0].content"))
        #expect(
            fault(Box<JSONValue>(content: [1, ["a": .number(.nan)]]))
                == CodingFault(.invalidValue, Double.self, at: "content[1].a"))
        #expect(fault(Box(content: Box(content: Double.nan)))?.path == "content.content")
    }

    @Test func `JSON is written as values are`() throws {
        let untidy: JSONValue = [
            "z": .number(1), "a": [.number(1e18), .number(-0.0), ["c": 1, "b": nil]], "é": 1, "e": "x",
        ]
        #expect(try JSONValue(encoding: untidy).text == #"{"a":[1e+18,0,{"b":null,"c":1}],"e":"x","z":1,"é":1}"#)
        #expect(try JSONValue(encoding: untidy).text == FoundationCoders.json(of: untidy).text)
        let twice = JSONValue.object(JSONObject(uniqueMembers: [("a", 1), ("a", 2)]))
        #expect(try JSONValue(encoding: twice).text == #"{"a":2}"#)
    }

    @Test func `depth is bounded as it is when JSON is read`() throws {
        func nested(_ depth: Int, _ value: JSONValue) -> JSONValue { (0..<depth).reduce(value) { inner, _ in [inner] } }
        for value in [1, [:], [], ["a": 1]] as [JSONValue] {
            let own = value.typeName == "number" ? 0 : 1
            #expect(try JSONValue(encoding: nested(64 - own, value)) == nested(64 - own, value))
            #expect(codingFault { try JSONValue(encoding: nested(65 - own, value)) }?.kind == .invalidValue)
            #expect(codingFault { try JSONValue(encoding: nested(10_000, value)) }?.kind == .invalidValue)
        }
        let chain = Chain(nil)
        #expect(try JSONValue(encoding: Chain(length: 64)).text.count > 64)
        #expect(codingFault { try JSONValue(encoding: Chain(length: 65)) }?.kind == .invalidValue)
        chain.next = chain
        #expect(codingFault { try JSONValue(encoding: chain) }?.kind == .invalidValue)
        chain.next = nil
    }

    @Test func `faults name their whole way`() {
        let shape = Shape.pair(.empty, .circle(radius: .nan))
        #expect(codingFault { try JSONValue(encoding: [shape]) }?.path == "[0].pair._1.circle.radius")
        let list = Written { encoder in
            var object = encoder.container(keyedBy: AnyKey.self)
            var list = object.nestedUnkeyedContainer(forKey: AnyKey("list"))
            try list.encode(Box(content: 1))
            try list.encode(Box(content: Double.nan))
        }
        #expect(codingFault { try JSONValue(encoding: ["a": list]) }?.path == "a.list[1].content")
        let base = Written { encoder in
            var object = encoder.container(keyedBy: AnyKey.self)
            try Box(content: Float.nan).encode(to: object.superEncoder())
        }
        #expect(codingFault { try JSONValue(encoding: base) }?.path == "super.content")
    }

    @Test func `decimals that are no numbers are refused`() {
        #expect(codingFault { try JSONValue(encoding: Decimal.nan) } == CodingFault(.invalidValue, Decimal.self))
        let fault = codingFault { try JSONValue(encoding: [Box(content: Decimal.nan)]) }
        #expect(fault == CodingFault(.invalidValue, Decimal.self, at: "[0].content"))
    }

    @Test(arguments: contradictions)
    func `two values at one place are refused`(_ write: @escaping @Sendable (any Encoder) throws -> Void) {
        #expect(codingFault { try JSONValue(encoding: ["a": Written(write: write)]) }?.kind == .invalidValue)
        #expect(codingFault { try JSONValue(encoding: ["a": Written(write: write)]) }?.path == "a")
    }

    static let contradictions: [@Sendable (any Encoder) throws -> Void] = [
        { encoder in
            for number in 0..<2 { try number.encode(to: encoder) }
        },
        { encoder in
            try 1.encode(to: encoder)
            var object = encoder.container(keyedBy: AnyKey.self)
            try object.encode(1, forKey: AnyKey("b"))
        },
        { encoder in
            var list = encoder.unkeyedContainer()
            try list.encode(1)
            var object = encoder.container(keyedBy: AnyKey.self)
            var part = object.nestedUnkeyedContainer(forKey: AnyKey("b"))
            try part.encode(1)
        },
        { encoder in
            var object = encoder.container(keyedBy: AnyKey.self)
            try object.encode(1, forKey: AnyKey("b"))
            var list = encoder.unkeyedContainer()
            _ = list.superEncoder()
        },
        { encoder in
            var list = encoder.unkeyedContainer()
            _ = list.nestedUnkeyedContainer()
            _ = encoder.container(keyedBy: AnyKey.self)
        },
    ]

    @Test(arguments: [1, .nan]) func `nothing of an encoding stays in memory`(number: Double) {
        weak var trace: Trace?
        do {
            let key = TracedKey(stringValue: "k")
            trace = key.trace
            _ = try? JSONValue(
                encoding: Written { encoder in
                    var object = encoder.container(keyedBy: TracedKey.self)
                    var list = object.nestedUnkeyedContainer(forKey: key)
                    var inner = list.nestedContainer(keyedBy: TracedKey.self)
                    try Box(content: 1).encode(to: inner.superEncoder(forKey: key))
                    try inner.encode(Box(content: number), forKey: key)
                })
        }
        #expect(trace == nil)
    }
}

private final class Trace: Sendable {}

/// A key that can be seen to go.
private struct TracedKey: CodingKey {
    let stringValue: String
    let intValue: Int? = nil
    let trace = Trace()

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
