/// Cuts the bytes of a `text/event-stream` into events.
///
/// Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
struct EventStreamParser {
    /// One event.
    struct Event: Hashable, Sendable {
        /// Its type; `message` where it names none.
        var name = "message"
        /// Its lines.
        var data = ""
        /// The last id that the stream gave; nil before the first.
        var id: String?
    }

    /// More than this without the end of an event is no stream of ours.
    static let mostBytes = 64 << 20

    private var line: [UInt8] = []
    private var name: String?
    private var data: [UInt8] = []
    private var hasData = false
    private var lastID: String?
    private var isAfterReturn = false
    private var isFirstLine = true

    /// Why a stream cannot be read.
    struct TooLong: Error {}

    /// Takes the next bytes.
    ///
    /// - Returns: the events that they complete.
    mutating func take(_ bytes: [UInt8]) throws(TooLong) -> [Event] {
        var events: [Event] = []
        for byte in bytes {
            let followsReturn = isAfterReturn
            isAfterReturn = byte == 0x0D
            switch byte {
            case 0x0A where followsReturn: break
            case 0x0A, 0x0D:
                if let event = endLine() { events.append(event) }
            default: line.append(byte)
            }
        }
        guard line.count + data.count <= Self.mostBytes else { throw TooLong() }
        return events
    }

    private mutating func endLine() -> Event? {
        defer { line.removeAll(keepingCapacity: true) }
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        }
        guard !line.isEmpty else { return endEvent() }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[min(colon + 1, line.endIndex)...]
        if value.first == UInt8(ascii: " ") { value.removeFirst() }
        switch String(decoding: line[..<colon], as: UTF8.self) {
        case "event": name = String(decoding: value, as: UTF8.self)
        case "data":
            if hasData { data.append(0x0A) }
            hasData = true
            data.append(contentsOf: value)
        case "id":
            if !value.contains(0) { lastID = String(decoding: value, as: UTF8.self) }
        default: break
        }
        return nil
    }

    private mutating func endEvent() -> Event? {
        defer {
            name = nil
            data.removeAll(keepingCapacity: true)
            hasData = false
        }
        guard hasData else { return nil }
        return Event(name: name ?? "message", data: String(decoding: data, as: UTF8.self), id: lastID)
    }
}
