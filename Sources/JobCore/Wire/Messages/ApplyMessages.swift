/// Log chunks and events for a server to store in one step.
package struct ApplyRequest: WireValue {
    package var events: [JobEvent]
    /// The events, by their place, whose jobs the caller knows, with how many of the first steps it knows to have
    /// succeeded: the answer leaves out what does not change any more.
    package var known: [Int: Int]
    package var chunks: [LogChunk]

    package init(events: [JobEvent], known: [Int: Int] = [:], chunks: [LogChunk] = []) {
        self.events = events
        self.known = known
        self.chunks = chunks
    }

    package func write(to writer: inout WireWriter) {
        var index = 0
        writer.list("events", events) { writer, event in
            writer.object { writer in
                event.write(to: &writer)
                writer.field("knownSteps", known[index])
            }
            index += 1
        }
        if !chunks.isEmpty {
            writer.list("chunks", chunks) { writer, chunk in writer.object { chunk.write(to: &$0) } }
        }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        var known: [Int: Int] = [:]
        var index = 0
        let events = try fields.optionalList("events", atMost: WireMessage.mostEntries) { fields throws(WireFault) in
            defer { index += 1 }
            known[index] = try fields.optionalInteger("knownSteps", in: 0...Int.max)
            return try JobEvent(fields)
        }
        self.events = events ?? []
        self.known = known
        chunks = try fields.optionalList("chunks", atMost: WireMessage.mostEntries, LogChunk.init(_:)) ?? []
    }
}

/// What became of events, in their order.
package enum ApplyReply {
    package typealias Outcome = Result<Job, TransitionRefused>

    /// Writes the reply; jobs that are known go without what never changes.
    package static func encode(_ results: [Outcome], known: [Int: Int]) -> [UInt8] {
        var writer = WireWriter()
        var index = 0
        writer.object { writer in
            writer.list("results", results) { writer, result in
                writer.object { writer in
                    switch result {
                    case .success(let job):
                        if let steps = known[index] {
                            job.writeRecord(to: &writer, knownSteps: steps)
                        } else {
                            job.write(to: &writer)
                        }
                    case .failure(let refusal): refusal.write(to: &writer)
                    }
                }
                index += 1
            }
        }
        return writer.bytes
    }

    /// Reads the reply.
    ///
    /// - Parameters:
    ///   - bytes: the message.
    ///   - count: how many events were sent.
    ///   - known: the job of an event that was said to be known.
    package static func decode(
        _ bytes: [UInt8], count: Int, known: (Int) -> Job?
    ) throws(WireFault) -> [Outcome] {
        var index = 0
        let results = try WireObject(decoding: bytes).list("results") { fields throws(WireFault) -> Outcome in
            defer { index += 1 }
            if fields["refused"] != nil { return .failure(try TransitionRefused(fields)) }
            if fields["id"] == nil, let job = known(index) { return .success(try job.updated(record: fields)) }
            return .success(try Job(fields))
        }
        guard results.count == count else {
            throw WireFault(path: "results", message: "must be one for each event that was sent")
        }
        return results
    }
}

extension WireObject {
    /// Reads a whole message.
    package init(decoding bytes: some Collection<UInt8>) throws(WireFault) {
        try self.init(try WireMessage.parse(bytes))
    }
}
