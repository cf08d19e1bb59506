import JobCore
import JobTransport

/// Reads server-sent events from an answer.
struct EventReader {
    struct Event {
        let name: String
        let id: Int64
        let data: JSONValue
    }

    let status: Int
    private var chunks: HTTPBody.AsyncIterator
    private var text = ""

    init(_ response: HTTPResponse) {
        status = response.status
        chunks = response.body.makeAsyncIterator()
    }

    /// Waits for the stream's greeting, after which nothing is missed.
    mutating func begin() async throws {
        while !text.contains("\n\n") {
            guard let chunk = try await chunks.next() else { return }
            text += String(decoding: chunk, as: UTF8.self)
        }
    }

    /// The next event, or nil at the end; comments are skipped.
    mutating func next() async throws -> Event? {
        while true {
            while let end = text.firstRange(of: "\n\n") {
                let block = text[..<end.lowerBound]
                text.removeSubrange(..<end.upperBound)
                if let event = Self.event(block) { return event }
            }
            guard let chunk = try await chunks.next() else { return nil }
            text += String(decoding: chunk, as: UTF8.self)
        }
    }

    private static func event(_ block: Substring) -> Event? {
        var fields: [Substring: Substring] = [:]
        for line in block.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else { continue }
            fields[line[..<colon]] = line[line.index(after: colon)...].drop { $0 == " " }
        }
        guard let name = fields["event"], let id = fields["id"].flatMap({ Int64($0) }),
            let data = fields["data"].flatMap({ try? JSONParser.parse($0.utf8) })
        else { return nil }
        return Event(name: String(name), id: id, data: data)
    }
}
