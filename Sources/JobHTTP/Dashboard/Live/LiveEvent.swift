internal import JobCore
internal import NIOCore

/// Renders what the streams of pages send. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
enum LiveEvent {
    /// A part of the page in its new form.
    static func region(_ name: String, _ html: String) -> ByteBuffer {
        event("region", ["name": .string(name), "html": .string(html)])
    }

    /// What was printed since, and how far the log goes then.
    static func log(_ html: String, _ position: LogPosition) -> ByteBuffer {
        event("log", ["html": .string(html), "position": .string(position.text)], id: position.text)
    }

    /// The page changes no more: it is loaded again or left as it is.
    static func end(_ reason: String) -> ByteBuffer { event("end", ["reason": .string(reason)]) }

    /// What tells two forms of a part from each other: its text without the times, which the page keeps up to date itself.
    static func hash(_ html: String) -> String {
        // FNV-1a; nobody gains anything from a collision but an old part of their own page.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        var isTime = false
        var tail: [UInt8] = []
        for byte in html.utf8 {
            if byte == UInt8(ascii: "<") { tail = [] }
            if tail.count < 6 { tail.append(byte) }
            if tail.elementsEqual("</time".utf8) { isTime = false }
            if !isTime { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            if byte == UInt8(ascii: ">"), tail.starts(with: "<time".utf8) { isTime = true }
        }
        return String(hash, radix: 36)
    }

    private static func event(_ name: String, _ data: JSONObject, id: String? = nil) -> ByteBuffer {
        var buffer = ByteBuffer(string: "event: \(name)\n")
        if let id { buffer.writeString("id: \(id)\n") }
        buffer.writeString("data: ")
        buffer.writeBytes(JSONValue.object(data).utf8)
        buffer.writeString("\n\n")
        return buffer
    }
}
