extension WorkerReport: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.field("worker", name)
        writer.list("queues", queues) { $0.value($1) }
        writer.field("slots", slots)
        writer.field("version", version)
        writer.field("host", host)
        writer.field("processID", processID)
        writer.field("startedAt", startedAt)
        writer.flag("isDraining", isDraining)
        writer.flag("isStopped", isStopped)
        if let notice { writer.object("notice") { notice.write(to: &$0) } }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        self.init(
            name: try fields.string("worker"), queues: try fields.strings("queues", atMost: 1_000),
            slots: try fields.integer("slots", in: Int.min...Int.max), version: try fields.string("version"),
            host: try fields.string("host"), processID: try fields.integer("processID", in: Int.min...Int.max),
            startedAt: try fields.time("startedAt"), isDraining: try fields.bool("isDraining"),
            isStopped: try fields.bool("isStopped"),
            notice: try fields.optionalObject("notice", WorkerNotice.init(_:)))
    }
}

extension WorkerNotice: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.field("kind", kind.rawValue)
        writer.field("time", time)
        if !message.isEmpty { writer.field("message", message) }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        self.init(
            try fields.choice("kind"), at: try fields.optionalTime("time"),
            message: try fields.optionalString("message") ?? "")
    }
}

extension WorkerOrders: WireValue {
    package func write(to writer: inout WireWriter) { writer.flag("drain", drain) }

    package init(_ fields: WireObject) throws(WireFault) { self.init(drain: try fields.bool("drain")) }
}

extension WorkerRecord: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.object("report") { report.write(to: &$0) }
        writer.field("lastSeen", lastSeen)
        writer.list("jobs", jobs) { $0.value($1) }
        writer.flag("isDraining", isDraining)
    }

    package init(_ fields: WireObject) throws(WireFault) {
        self.init(
            report: try fields.object("report", WorkerReport.init(_:)), lastSeen: try fields.time("lastSeen"),
            jobs: try fields.ids("jobs"), isDraining: try fields.bool("isDraining"))
    }
}

/// The known workers.
package struct WorkersReply: WireValue {
    package var workers: [WorkerRecord]

    package init(workers: [WorkerRecord]) {
        self.workers = workers
    }

    package func write(to writer: inout WireWriter) {
        writer.list("workers", workers) { writer, worker in writer.object { worker.write(to: &$0) } }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        workers = try fields.list("workers", WorkerRecord.init(_:))
    }
}
