/// Names one job.
package struct JobReference: WireValue {
    package var job: JobID

    package init(job: JobID) {
        self.job = job
    }

    package func write(to writer: inout WireWriter) { writer.field("job", job) }

    package init(_ fields: WireObject) throws(WireFault) { job = try fields.id("job") }
}

/// A job, if there is one.
package struct JobReply: WireValue {
    package var job: Job?

    package init(job: Job?) {
        self.job = job
    }

    package func write(to writer: inout WireWriter) {
        if let job { writer.object("job") { job.write(to: &$0) } }
    }

    package init(_ fields: WireObject) throws(WireFault) { job = try fields.optionalObject("job", Job.init(_:)) }
}

/// Asks for a part of a log.
package struct LogRequest: WireValue {
    package var job: JobID
    package var offset: Int64
    package var limit: Int

    package init(job: JobID, offset: Int64, limit: Int) {
        self.job = job
        self.offset = offset
        self.limit = limit
    }

    package func write(to writer: inout WireWriter) {
        writer.field("job", job)
        writer.field("offset", offset)
        writer.field("limit", limit)
    }

    package init(_ fields: WireObject) throws(WireFault) {
        job = try fields.id("job")
        offset = Int64(try fields.integer("offset", in: Int.min...Int.max))
        limit = try fields.integer("limit", in: Int.min...Int.max)
    }
}

/// A part of a log, if there is such a job.
package struct LogReply: WireValue {
    package var page: LogPage?

    package init(page: LogPage?) {
        self.page = page
    }

    package func write(to writer: inout WireWriter) {
        if let page { writer.object("page") { page.write(to: &$0) } }
    }

    package init(_ fields: WireObject) throws(WireFault) { page = try fields.optionalObject("page", LogPage.init(_:)) }
}

/// Asks for a page of a listing.
package struct PageRequest: WireValue {
    package var filter: JobFilter
    package var after: JobID?
    package var limit: Int

    package init(filter: JobFilter, after: JobID?, limit: Int) {
        self.filter = filter
        self.after = after
        self.limit = limit
    }

    package func write(to writer: inout WireWriter) {
        writer.object("filter") { filter.write(to: &$0) }
        writer.field("after", after)
        writer.field("limit", limit)
    }

    package init(_ fields: WireObject) throws(WireFault) {
        filter = try fields.optionalObject("filter", JobFilter.init(_:)) ?? JobFilter()
        after = try fields.optionalID("after")
        limit = try fields.integer("limit", in: Int.min...Int.max)
    }
}

/// Asks when something is due.
package struct DueRequest: WireValue {
    package var queues: [String]

    package init(queues: [String]) {
        self.queues = queues
    }

    package func write(to writer: inout WireWriter) { writer.list("queues", queues) { $0.value($1) } }

    package init(_ fields: WireObject) throws(WireFault) { queues = try fields.strings("queues", atMost: 1_000) }
}

/// When something is due, by the server's clock, and what that clock shows.
package struct DueReply: WireValue {
    package var due: Timestamp?
    package var now: Timestamp

    package init(due: Timestamp?, now: Timestamp) {
        self.due = due
        self.now = now
    }

    package func write(to writer: inout WireWriter) {
        writer.field("due", due)
        writer.field("now", now)
    }

    package init(_ fields: WireObject) throws(WireFault) {
        due = try fields.optionalTime("due")
        now = try fields.time("now")
    }
}

/// Names one worker.
package struct WorkerReference: WireValue {
    package var worker: String

    package init(worker: String) {
        self.worker = worker
    }

    package func write(to writer: inout WireWriter) { writer.field("worker", worker) }

    package init(_ fields: WireObject) throws(WireFault) { worker = try fields.string("worker") }
}

/// The ids of some jobs.
package struct JobList: WireValue {
    package var jobs: [JobID]

    package init(jobs: [JobID]) {
        self.jobs = jobs
    }

    package func write(to writer: inout WireWriter) { writer.list("jobs", jobs) { $0.value($1) } }

    package init(_ fields: WireObject) throws(WireFault) {
        jobs = try fields.ids("jobs", atMost: WireMessage.mostEntries)
    }
}

/// A number: how many at most, or how many it were.
package struct WireCount: WireValue {
    package var count: Int

    package init(_ count: Int) {
        self.count = count
    }

    package func write(to writer: inout WireWriter) { writer.field("count", count) }

    package init(_ fields: WireObject) throws(WireFault) { count = try fields.integer("count", in: Int.min...Int.max) }
}

/// A message that says nothing.
package struct WireNothing: WireValue {
    package init() {}

    package func write(to writer: inout WireWriter) {}

    package init(_ fields: WireObject) throws(WireFault) {}
}
