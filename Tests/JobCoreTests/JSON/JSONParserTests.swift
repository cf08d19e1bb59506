import JobCore
import JobTesting
import Testing

@Suite struct JSONParserTests {
    static func parse(_ text: String, depth: Int = 64) throws(JSONSyntaxError) -> JSONValue {
        try JSONParser.parse(Array(text.utf8), depthLimit: depth)
    }

    static let documents: [(String, JSONValue)] = [
        ("null", JSONValue.null), (" true ", true), ("false", false), ("0", 0), ("-0", 0), ("-12", -12),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("1.0", .number(1)), ("1e3", .number(1_000)),
        ("-2.5E-1", .number(-0.25)), ("0.5", .number(0.5)), ("\"\"", ""), ("\"a\\u00e9\"", "aé"),
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\ud83e\udd80""#, "🦀"), (#""\u0000""#, "\u{0}"),
        ("\"é🦀\"", "é🦀"), ("[]", []), ("[ ]", []), ("[1,[2],{}]", [1, [2], [:]]), ("{}", [:]),
        ("\t\r\n{\"a\" : 1 , \"b\":[ ] }\n", ["a": 1, "b": []]), ("\u{FEFF}1", 1),
    ]

    @Test(arguments: documents)
    func `what is JSON is read`(_ text: String, _ value: JSONValue) throws {
        #expect(try Self.parse(text) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "True", "NaN", "Infinity", "-", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "0x10", "1_000",
        "1e400", "-1e400", "'a'", "a", "\"", "\"a", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\u+123\"",
        "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\\ud800x\"", "\"\n\"", "\"\t\"", "\"\u{1}\"", "[", "]",
        "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{a:1}",
        "{1:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "{} {}", "1 2",
        "[]]",
        "// no\n1", "1 // no", "/* no */ 1", "\u{FEFF}\u{FEFF}1", "\u{A0}1",
    ])
    func `what is no JSON is refused`(_ text: String) {
        #expect(throws: JSONSyntaxError.self) { try Self.parse(text) }
    }

    @Test(
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0x5C, 0x6E, 0xE2, 0x82, 0x22], [0xFF, 0xFE, 0x31, 0x00],
        ] as [[UInt8]])
    func `bytes that are no UTF-8 are refused`(_ bytes: [UInt8]) {
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(bytes) }
    }

    @Test func `names are unique in large objects too, and may recur in others`() throws {
        let members = (0..<40).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
        #expect(try Self.parse("{\(members)}")["k39"] == 39)
        for again in [0, 11, 12, 39] {
            #expect(throws: JSONSyntaxError.self) { try Self.parse("{\(members),\"k\(again)\":0}") }
        }
        #expect(try Self.parse(#"{"a":{"a":1},"b":{"a":2}}"#)["b"]?["a"] == 2)
    }

    @Test func `depth is bounded, and the bound is inclusive`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try Self.parse(nested(64))
        #expect(throws: JSONSyntaxError.self) { try Self.parse(nested(65)) }
        #expect(throws: JSONSyntaxError.self) { try Self.parse(String(repeating: "{\"a\":", count: 100_000)) }
        _ = try Self.parse("1", depth: 0)
        #expect(throws: JSONSyntaxError.self) { try Self.parse("[]", depth: 0) }
    }

    @Test(arguments: [
        ("{\n  \"a\": 1,\n  \"a\": 2\n}", 3, 3), ("[1,\n2,\n  x]", 3, 3), ("1 x", 1, 3), ("\n\n", 3, 1),
        ("{\"a\":\n\"b\\q\"}", 2, 4), ("[\r\n  01]", 2, 3),
    ])
    func `a fault names its line and column`(_ text: String, _ line: Int, _ column: Int) {
        let error = #expect(throws: JSONSyntaxError.self) { try Self.parse(text) }
        #expect(error?.line == line)
        #expect(error?.column == column)
        #expect(error.map { "\($0)".hasPrefix("line \(line), column \(column): ") } == true)
    }

    @Test func `every value is told with its path and line`() throws {
        let text = "{\n \"steps\": [\n  {\"name\": \"a\"},\n  {\"x y\":\n null}\n ]\n}"
        let told = EventLog<String>()
        _ = try JSONParser.parse(Array(text.utf8)) { path, line in told.record("\(path)@\(line)") }
        #expect(
            told.events == ["@1", "steps@2", "steps[0]@3", "steps[0].name@3", "steps[1]@4", "steps[1].x y@5"])
    }

    @Test(arguments: UInt64(1)...20)
    func `random values survive the way through text`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<50 {
            let value = Self.randomValue(depth: 4, using: &random)
            #expect(try JSONParser.parse(value.utf8) == value)
            #expect(try Self.parse(value.prettyText) == value)
        }
    }

    @Test(arguments: UInt64(1)...20)
    func `damaged documents are refused or read, and never trap`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<200 {
            var bytes = Self.randomValue(depth: 3, using: &random).utf8
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: index)
                default: bytes.removeSubrange(index...)
                }
            }
            if let value = try? JSONParser.parse(bytes) {
                #expect((try? JSONParser.parse(value.utf8)) == value)
            }
        }
    }

    private static func randomValue(depth: Int, using random: inout SeededRandom) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .integer(Int64.random(in: .min ... .max, using: &random))
        case 3:
            let number = Double(bitPattern: UInt64.random(in: .min ... .max, using: &random))
            return .number(number.isFinite ? number : 0.5)
        case 4, 5: return .string(randomText(using: &random))
        case 6:
            return .array(
                (0..<Int.random(in: 0..<5, using: &random)).map { _ in
                    randomValue(depth: depth - 1, using: &random)
                })
        default:
            var object = JSONObject()
            for index in 0..<Int.random(in: 0..<15, using: &random) {
                object["\(index)\(randomText(using: &random))"] = randomValue(depth: depth - 1, using: &random)
            }
            return .object(object)
        }
    }

    private static func randomText(using random: inout SeededRandom) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0..<8, using: &random) {
            let limits: [UInt32] = [0x20, 0x7F, 0x7FF, 0xFFFF, 0x10FFFF]
            let limit = limits.randomElement(using: &random) ?? 0x7F
            if let scalar = Unicode.Scalar(UInt32.random(in: 0...limit, using: &random)) {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
