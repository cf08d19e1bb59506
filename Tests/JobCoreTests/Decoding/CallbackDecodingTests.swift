import JobCore
import Testing

@Suite struct CallbackDecodingTests {
    private static func job(_ callbacks: String) throws -> JSONValue {
        try JSONParser.parse(Array(#"{"name": "job", "steps": [], "callbacks": \#(callbacks)}"#.utf8))
    }

    @Test func `callbacks are read, and written back`() throws {
        let json = try Self.job(
            #"[{"url": "https://a.org/x?y"}, {"url": "http://b.org", "on": ["failed", "poisoned"]}]"#)
        let spec = try JobSpec(json: json)
        #expect(
            spec.callbacks == [
                Callback(url: "https://a.org/x?y"), Callback(url: "http://b.org", on: [.poisoned, .failed]),
            ])
        #expect(try JobSpec(json: spec.json) == spec)
    }

    @Test(arguments: [
        ("{}", ["callbacks"]), (#"["https://a.org"]"#, ["callbacks[0]"]), ("[{}]", ["callbacks[0].url"]),
        (#"[{"url": "ftp://a.org"}]"#, ["callbacks[0].url"]),
        (#"[{"url": "https://a.org", "on": []}]"#, ["callbacks[0].on"]),
        (#"[{"url": "https://a.org", "on": ["done"]}]"#, ["callbacks[0].on[0]"]),
        (#"[{"url": "https://a.org", "on": "failed"}]"#, ["callbacks[0].on"]),
        (#"[{"url": "https://a.org", "secret": "x"}]"#, ["callbacks[0].secret"]),
        ("[" + Array(repeating: #"{"url": "https://a.org"}"#, count: 11).joined(separator: ",") + "]", ["callbacks"]),
    ])
    func `faults are named by their fields`(_ callbacks: String, _ paths: [String]) throws {
        let json = try Self.job(callbacks)
        let fault = #expect(throws: InvalidJob.self) { try JobSpec(json: json) }
        #expect(fault?.issues.map(\.path) == paths)
    }
}
