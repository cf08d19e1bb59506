internal import JobCore
internal import NIOCore

/// Renders server-sent events. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
enum EventText {
    /// `event: job` with the job as JSON, which has no line breaks.
    static func job(_ job: Job, position: Int64, at now: Timestamp) -> ByteBuffer {
        event("job", position: position, data: job.json(at: now).utf8)
    }

    /// `event: deleted` with the job's id.
    static func deleted(_ job: JobID, position: Int64) -> ByteBuffer {
        event("deleted", position: position, data: Array(#"{"id":"\#(job)"}"#.utf8))
    }

    /// `event: gap`: changes were lost to the caller, who has to look for itself.
    static func gap(position: Int64) -> ByteBuffer { event("gap", position: position, data: Array("{}".utf8)) }

    /// What a stream begins with: how soon to come again.
    static let welcome = ByteBuffer(string: "retry: 2000\n\n")

    /// A comment, which clients skip.
    static let stillHere = ByteBuffer(string: ":\n\n")

    private static func event(_ name: String, position: Int64, data: [UInt8]) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(data.count + 64)
        buffer.writeString("event: \(name)\nid: \(position)\ndata: ")
        buffer.writeBytes(data)
        buffer.writeString("\n\n")
        return buffer
    }
}
