import JobCore
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What types with a way of their own to decode may do.
@Suite struct JSONValueDecodingTests {
    private static func read(_ json: JSONValue, _ read: @escaping @Sendable (any Decoder) throws -> Void) throws {
        try Reading.$read.withValue(read) {
            _ = try FoundationCoders.value(Reading.self, from: json)
            _ = try json.decode(Reading.self)
        }
    }

    @Test func `members are read in any order, others are left alone`() throws {
        let json: JSONValue = ["extra": [nil], "y": 1, "name": "p", "x": 2]
        #expect(try json.decode() == Point(y: 1, x: 2, name: "p"))
        let many = JSONValue.object(
            JSONObject(uniqueMembers: (0..<50).map { ("name \($0)", .integer($0)) } + json.members))
        #expect(try many.decode() == Point(y: 1, x: 2, name: "p"))
        #expect(try many["y"]?.decode(Int.self) == 1)
    }

    @Test func `an optional is absent or null`() throws {
        #expect(try (["content": nil] as JSONValue).decode(Maybe<Int>.self).content == nil)
        #expect(try ([:] as JSONValue).decode(Maybe<Point>.self).content == nil)
        #expect(try (["content": 1] as JSONValue).decode(Maybe<Int>.self).content == 1)
        #expect(try (["content": nil] as JSONValue).decode(Maybe<Date>.self).content == nil)
        #expect(try (["content": nil] as JSONValue).decode(Maybe<JSONValue>.self).content == nil)
        #expect(try (["content": nil] as JSONValue).decode(Box<JSONValue>.self).content == .null)
        #expect(try ([nil, 1] as JSONValue).decode([Int?].self) == [nil, 1])
        #expect(try JSONValue.null.decode(Int?.self) == nil)
    }

    @Test func `keyed containers tell what they have`() throws {
        try Self.read(["a": 1, "b": nil, "c": ["d": [true]]]) { decoder in
            #expect(decoder.codingPath.isEmpty)
            #expect(decoder.userInfo.isEmpty)
            let object = try decoder.container(keyedBy: AnyKey.self)
            #expect(Set(object.allKeys.map(\.stringValue)) == ["a", "b", "c"])
            #expect(object.contains(AnyKey("b")))
            #expect(!object.contains(AnyKey("x")))
            #expect(try object.decodeNil(forKey: AnyKey("b")))
            #expect(try !object.decodeNil(forKey: AnyKey("a")))
            #expect(try object.decodeIfPresent(Int.self, forKey: AnyKey("x")) == nil)
            #expect(try object.decodeIfPresent([Int].self, forKey: AnyKey("b")) == nil)
            let inner = try object.nestedContainer(keyedBy: AnyKey.self, forKey: AnyKey("c"))
            #expect(CodingFault.text(inner.codingPath) == "c")
            var list = try inner.nestedUnkeyedContainer(forKey: AnyKey("d"))
            #expect(CodingFault.text(list.codingPath) == "c.d")
            #expect(try list.decode(Bool.self))
            let base = try object.superDecoder(forKey: AnyKey("a"))
            #expect(CodingFault.text(base.codingPath) == "a")
            #expect(try base.singleValueContainer().decode(Int.self) == 1)
            let none = try object.superDecoder()
            #expect(CodingFault.text(none.codingPath) == "super")
            #expect(try none.singleValueContainer().decodeNil())
            let missing = codingFault { try object.decodeNil(forKey: AnyKey("x")) }
            #expect(missing == CodingFault(.keyNotFound, "x"))
            let deeper = codingFault { try inner.nestedUnkeyedContainer(forKey: AnyKey("x")) }
            #expect(deeper == CodingFault(.keyNotFound, "x", at: "c"))
        }
    }

    @Test func `lists are read one by one, and a failure stays where it is`() throws {
        try Self.read([1, nil, [2, 3], ["a": 4], "x", 5]) { decoder in
            var list = try decoder.unkeyedContainer()
            #expect(list.count == 6)
            #expect(try !list.decodeNil())
            #expect(
                codingFault { try list.decode(String.self) } == CodingFault(.typeMismatch, String.self, at: "[0]"))
            #expect(try list.decode(Int.self) == 1)
            #expect(try list.decodeNil())
            #expect(list.currentIndex == 2)
            var inner = try list.nestedUnkeyedContainer()
            #expect(CodingFault.text(inner.codingPath) == "[2]")
            #expect(try inner.decode(Double.self) == 2)
            #expect(try inner.decodeIfPresent(Int.self) == 3)
            #expect(inner.isAtEnd)
            #expect(
                codingFault { try inner.decode(Int.self) } == CodingFault(.valueNotFound, Int.self, at: "[2][2]"))
            #expect(codingFault { try inner.decodeNil() }?.kind == .valueNotFound)
            #expect(codingFault { try inner.nestedUnkeyedContainer() }?.kind == .valueNotFound)
            #expect(codingFault { try inner.nestedContainer(keyedBy: AnyKey.self) }?.path == "[2][2]")
            #expect(codingFault { try inner.superDecoder() }?.kind == .valueNotFound)
            #expect(codingFault { try list.nestedUnkeyedContainer() }?.path == "[3]")
            #expect(try list.nestedContainer(keyedBy: AnyKey.self).decode(Int.self, forKey: AnyKey("a")) == 4)
            let base = try list.superDecoder()
            #expect(CodingFault.text(base.codingPath) == "[4]")
            #expect(try base.singleValueContainer().decode(String.self) == "x")
            #expect(try list.decode(Box<Int>?.self, orElse: 5) == 5)
        }
    }

    @Test func `a value may be tried as several types`() throws {
        try Self.read(["n": 1.5, "t": "2026-11-22T00:00:00Z"]) { decoder in
            let object = try decoder.container(keyedBy: AnyKey.self)
            #expect((try? object.decode(Int.self, forKey: AnyKey("n"))) == nil)
            #expect((try? object.decode(String.self, forKey: AnyKey("n"))) == nil)
            #expect(try object.decode(Double.self, forKey: AnyKey("n")) == 1.5)
            #expect(try object.decode(String.self, forKey: AnyKey("t")).count == 20)
            #expect(try object.decode(Date.self, forKey: AnyKey("t")).timeIntervalSince1970 == 1_795_305_600)
            let single = try decoder.singleValueContainer()
            #expect(!single.decodeNil())
            #expect(try single.decode([String: JSONValue].self)["n"] == .number(1.5))
        }
    }

    @Test(arguments: [
        "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05+02:00", "2026-01-02T03:04:05z",
        "2026-01-02 03:04:05Z", "2026-01-02T03:04:05", "2026-01-02", " 2026-01-02T03:04:05Z", "",
    ])
    func `dates are read as Foundation reads them`(_ text: String) {
        let date = try? JSONValue.string(text).decode(Date.self)
        #expect(date == (try? FoundationCoders.value(Date.self, from: .string(text))))
    }

    @Test(arguments: ["", "aGk=", "aGk", "aG\nk=", "a", "é===", "AAAA", "-_=="])
    func `data is read as Foundation reads it`(_ text: String) {
        let data = try? JSONValue.string(text).decode(Data.self)
        #expect(data == (try? FoundationCoders.value(Data.self, from: .string(text))))
    }

    @Test(arguments: ["", "a b", "http://x/y?z#a", "é", "http://[", "mailto:a@b"])
    func `locations are read as Foundation reads them`(_ text: String) {
        let url = try? JSONValue.string(text).decode(URL.self)
        #expect(url == (try? FoundationCoders.value(URL.self, from: .string(text))))
    }

    @Test func `JSON is read as values are`() throws {
        let json: JSONValue = [
            "z": .number(3), "é": .number(1e18), "a": [.number(.nan), .number(1e19), ["c": 1, "b": nil]],
        ]
        let text = #"{"a":[null,1e+19,{"b":null,"c":1}],"z":3,"é":1000000000000000000}"#
        #expect(try json.decode(JSONValue.self).text == text)
        #expect(try json.decode([String: JSONValue].self)["z"] == 3)
        #expect(try FoundationCoders.value(JSONValue.self, from: json).text == text)
        let twice = JSONValue.object(JSONObject(uniqueMembers: [("a", 1), ("a", 2)]))
        #expect(try twice.decode(JSONValue.self).text == #"{"a":1}"#)
        #expect(try twice.decode([String: Int].self) == ["a": 1])
        let many = JSONObject(uniqueMembers: (0..<40).map { ("k\($0 % 20)", .integer($0)) })
        #expect(try JSONValue.object(many).decode([String: Int].self)["k3"] == 3)
    }

    @Test func `depth is bounded`() throws {
        func nested(_ depth: Int) -> JSONValue { (0..<depth).reduce(1) { inner, _ in [inner] } }
        #expect(try nested(512).decode(JSONValue.self) == nested(512))
        #expect(codingFault { try nested(513).decode(JSONValue.self) }?.kind == .dataCorrupted)
        #expect(codingFault { try nested(5_000).decode(JSONValue.self) }?.kind == .dataCorrupted)
        let chain = (0..<511).reduce([:] as JSONValue) { inner, _ in ["next": inner] }
        #expect(try chain.decode(Chain.self).next != nil)
        #expect(codingFault { try (["next": chain] as JSONValue).decode(Chain.self) }?.kind == .dataCorrupted)
        #expect(try (["content": nested(511)] as JSONValue).decode(Box<JSONValue>.self).content == nested(511))
        #expect(codingFault { try (["content": nested(512)] as JSONValue).decode(Box<JSONValue>.self) } != nil)
        let deep = JSONValue.object(["content": 1, "deep": nested(1_000)])
        #expect(try deep.decode(Box<Int>.self).content == 1)
        #expect(
            codingFault { try deep.decode([String: JSONValue].self) } == CodingFault(.dataCorrupted, "", at: "deep"))
    }
}

extension JSONValue {
    fileprivate var members: [(key: String, value: JSONValue)] {
        guard case .object(let object) = self else { return [] }
        return object.members
    }
}

extension UnkeyedDecodingContainer {
    /// Leaves what is no `Box` alone, and reads it as a number.
    fileprivate mutating func decode(_ type: Box<Int>?.Type, orElse number: Int) throws -> Int {
        #expect(throws: DecodingError.self) { try decode(type) }
        #expect(currentIndex == number)
        return try decode(Int.self)
    }
}
