import JobCore
import Testing

/// What cannot be read is refused with the path of the field.
@Suite struct WireFaultTests {
    private static let id = "0199aaaa-0000-7000-8000-000000000000"

    @Test(
        "a bad field of an event is named",
        arguments: [
            (#"{}"#, "event: is required"),
            (#"{"event":"explode"}"#, "event: must be one of claim, heartbeat"),
            (#"{"event":"retry","job":"7"}"#, "job: must be an id of 36 characters"),
            (#"{"event":"succeeded","job":"ID","worker":1,"generation":1}"#, "worker: must be a text"),
            (#"{"event":"succeeded","job":"ID","worker":"w","generation":-1}"#, "generation: must be a whole number"),
            (#"{"event":"succeeded","job":"ID","worker":"w","generation":1e3}"#, "generation: must be a whole number"),
            (
                #"{"event":"failed","job":"ID","worker":"w","generation":1,"failure":{"code":"c"}}"#,
                "failure.message: is"
            ),
            (
                #"{"event":"stepSucceeded","job":"ID","worker":"w","generation":1,"step":0,"output":{"headers":{"a":1}}}"#,
                "output.headers.a: must be a text"
            ),
            (
                #"{"event":"snoozed","job":"ID","worker":"w","generation":1,"for":"10s"}"#,
                "for: must be a number of mic"
            ),
        ])
    func events(text: String, fault: String) {
        let bytes = Array(text.replacing("ID", with: Self.id).utf8)
        let error = #expect(throws: WireFault.self) { try JobEvent(decoding: bytes) }
        #expect(error?.description.hasPrefix(fault) ?? false, "\(error?.description ?? "")")
        let request = Array(#"{"events":[{"event":"retry","job":"ID"},"#.replacing("ID", with: Self.id).utf8) + bytes
        let outer = #expect(throws: WireFault.self) { try ApplyRequest(decoding: request + Array("]}".utf8)) }
        #expect(outer?.path == "events[1]." + (error?.path ?? ""))
    }

    @Test("a record that does not fit its steps is refused")
    func records() throws {
        var samples = WireSamples(seed: 3)
        let job = samples.job()
        let text = String(decoding: job.encoded, as: UTF8.self)
        let cursor = text.replacing("\"cursor\":\(job.cursor)", with: "\"cursor\":\(job.steps.count + 1)")
        #expect(throws: WireFault.self) { try Job(decoding: Array(cursor.utf8)) }
        let more = Array(repeating: "{\"status\":\"waiting\",\"attempts\":0}", count: job.steps.count + 1)
        let steps = text.replacing(
            "\"steps\":[{\"status\"", with: "\"steps\":[\(more.joined(separator: ",")),{\"status\"")
        #expect(steps != text)
        #expect(throws: WireFault.self) { try Job(decoding: Array(steps.utf8)) }
        let from = text.replacing("\"steps\":[{\"status\"", with: "\"stepsFrom\":1,\"steps\":[{\"status\"")
        #expect(throws: WireFault.self) { try Job(decoding: Array(from.utf8)) }
    }

    @Test(
        "texts that are no JSON, too deep or too long a list are refused",
        arguments: ["", "[", "7", "{\"a\":1}x", "\u{FEFF}"])
    func documents(text: String) {
        #expect(throws: WireFault.self) { try ApplyRequest(decoding: Array(text.utf8)) }
    }

    @Test("what is not said is nothing, and what is not known is left alone")
    func openness() throws {
        let request = try ApplyRequest(decoding: Array(#"{"newer":{"a":[1]}}"#.utf8))
        #expect(request.events.isEmpty && request.chunks.isEmpty)
    }

    @Test("deep nesting and long lists are bounded")
    func bounds() {
        let deep = #"{"event":"#.utf8 + Array(repeating: UInt8(ascii: "["), count: 100_000)
        #expect(throws: WireFault.self) { try JobEvent(decoding: Array(deep)) }
        let ids = Array(repeating: "\"\(Self.id)\"", count: WireMessage.mostEntries + 1).joined(separator: ",")
        let error = #expect(throws: WireFault.self) { try JobList(decoding: Array("{\"jobs\":[\(ids)]}".utf8)) }
        #expect(error?.path == "jobs")
    }
}
