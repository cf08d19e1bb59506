/// Asks a server to store jobs, all or none.
package struct EnqueueRequest: WireValue {
    package var jobs: [NewJob]

    package init(jobs: [NewJob]) {
        self.jobs = jobs
    }

    package func write(to writer: inout WireWriter) {
        writer.list("jobs", jobs) { writer, job in writer.object { job.write(to: &$0) } }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        jobs = try fields.list("jobs", atMost: WireMessage.mostEntries, NewJob.init(_:))
    }
}

/// The jobs that are stored now; those that are as they were sent come without their specification.
package enum EnqueueReply {
    /// Writes the reply.
    package static func encode(_ stored: [Job], sent: [NewJob]) -> [UInt8] {
        var writer = WireWriter()
        writer.object { writer in
            writer.list("jobs", zip(stored, sent)) { writer, pair in
                let (job, new) = pair
                writer.object { writer in
                    guard job.id == new.id, job.spec == new.spec else { return job.write(to: &writer) }
                    writer.field("createdAt", job.createdAt)
                    job.writeRecord(to: &writer)
                }
            }
        }
        return writer.bytes
    }

    /// Reads the reply to what was sent.
    package static func decode(_ bytes: [UInt8], sent: [NewJob]) throws(WireFault) -> [Job] {
        var index = 0
        let jobs = try WireObject(decoding: bytes).list("jobs") { fields throws(WireFault) in
            defer { index += 1 }
            guard fields["id"] == nil, index < sent.count else { return try Job(fields) }
            return try Job(of: sent[index], record: fields)
        }
        guard jobs.count == sent.count else {
            throw WireFault(path: "jobs", message: "must be one for each job that was sent")
        }
        return jobs
    }
}

extension Job {
    /// A job that is stored as it was sent.
    fileprivate init(of new: NewJob, record fields: WireObject) throws(WireFault) {
        let created = try fields.time("createdAt")
        self = try Job(submitting: new, at: created).updated(record: fields)
    }
}
