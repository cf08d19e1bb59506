import JobCore
import Testing

@Suite struct JSONValueTests {
    struct Person: Codable, Hashable {
        var name: String
        var age: Int
        var height: Double
        var tags: [String]
        var nothing: String?
        var flags: [String: Bool]
    }

    @Test func `Codable values go in and come out`() throws {
        let person = Person(name: "é", age: .max, height: 1.5, tags: ["a"], nothing: nil, flags: ["x": true])
        let json = try JSONValue(encoding: person)
        #expect(json["age"] == .integer(Int64.max))
        #expect(json["nothing"] == nil)
        #expect(try json.decode(Person.self) == person)
    }

    @Test func `a decoding error is thrown for another shape`() {
        #expect(throws: DecodingError.self) { try (["name": 5] as JSONValue).decode(Person.self) }
    }

    @Test func `numbers that JSON cannot hold are written as null`() {
        #expect(JSONValue.number(.nan).text == "null")
        #expect(JSONValue.array([.number(.infinity), .number(-.infinity)]).text == "[null,null]")
    }

    @Test func `objects keep their order, and are equal in any order`() throws {
        let value: JSONValue = ["z": 1, "a": 2]
        #expect(value.text == #"{"z":1,"a":2}"#)
        let other: JSONValue = ["a": 2, "z": 1]
        #expect(value == other)
        #expect(value.hashValue == other.hashValue)
        #expect(value != ["a": 2, "z": 1, "b": nil])
    }

    @Test func `a member is replaced, removed and appended by name`() {
        var object: JSONObject = ["a": 1, "b": 2]
        object["a"] = 3
        object["b"] = nil
        object["c"] = 4
        #expect(object.map(\.key) == ["a", "c"])
        #expect(object["a"] == 3)
    }

    @Test func `looking into another shape gives nil`() {
        let value: JSONValue = ["list": [1, 2]]
        #expect(value["list"]?[1] == 2)
        #expect(value["list"]?[2] == nil)
        #expect(value["list"]?[-1] == nil)
        #expect(value[0] == nil)
        #expect(value["list"]?["a"] == nil)
        #expect(value.stringValue == nil)
        #expect(JSONValue.integer(3).numberValue == 3)
        #expect(JSONValue.number(3).integerValue == nil)
    }

    @Test func `pretty text is indented by two spaces`() {
        let value: JSONValue = ["a": [1, [:]], "b": []]
        #expect(value.prettyText == "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}")
    }
}
