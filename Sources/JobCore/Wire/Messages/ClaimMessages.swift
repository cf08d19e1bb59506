/// Asks a server for jobs to run.
package struct ClaimMessage: WireValue {
    package var request: ClaimRequest
    /// Names the request: when it comes a second time, it is answered with the leases of the first.
    ///
    /// HTTP clients may repeat a request by themselves when a connection turns out to be dead.
    package var name: String?
    /// How long the server may wait until there is something; nil to be answered at once.
    package var wait: Duration?
    /// After a lost reply: the leases that the worker knows of; it is given those that it does not know.
    package var held: [HeldLease]?

    package init(
        _ request: ClaimRequest, name: String? = nil, wait: Duration? = nil, held: [HeldLease]? = nil
    ) {
        self.request = request
        self.name = name
        self.wait = wait
        self.held = held
    }

    package func write(to writer: inout WireWriter) {
        writer.field("worker", request.worker)
        writer.list("slots", request.slots) { writer, slot in
            writer.object { writer in
                writer.field("queue", slot.queue)
                writer.field("limit", slot.limit)
            }
        }
        writer.field("limit", request.limit)
        writer.field("lease", request.lease)
        writer.field("name", name)
        writer.field("wait", wait)
        if let held { writer.list("held", held) { writer, held in writer.object { held.write(to: &$0) } } }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        let slots = try fields.list("slots", atMost: 1_000) { slot throws(WireFault) in
            ClaimRequest.Slots(
                queue: try slot.string("queue"), limit: try slot.integer("limit", in: Int.min...Int.max))
        }
        let request = ClaimRequest(
            worker: try fields.string("worker"), slots: slots,
            limit: try fields.integer("limit", in: Int.min...Int.max), lease: try fields.duration("lease"))
        self.init(
            request, name: try fields.optionalString("name"), wait: try fields.optionalDuration("wait"),
            held: try fields.optionalList("held", atMost: WireMessage.mostEntries, HeldLease.init(_:)))
    }
}

/// A lease that a worker knows of.
package struct HeldLease: WireValue, Hashable {
    package var job: JobID
    package var generation: Int

    package init(job: JobID, generation: Int) {
        self.job = job
        self.generation = generation
    }

    package func write(to writer: inout WireWriter) {
        writer.field("job", job)
        writer.field("generation", generation)
    }

    package init(_ fields: WireObject) throws(WireFault) {
        self.init(job: try fields.id("job"), generation: try fields.integer("generation", in: 0...Int.max))
    }
}

/// The jobs that a worker may run now.
package struct ClaimReply: WireValue {
    package var claims: [Claim]

    package init(claims: [Claim]) {
        self.claims = claims
    }

    package func write(to writer: inout WireWriter) {
        writer.list("claims", claims) { writer, claim in writer.object { claim.job.write(to: &$0) } }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        claims = try fields.list("claims") { fields throws(WireFault) in
            guard let claim = Claim(try Job(fields)) else {
                throw WireFault(path: "state", message: "must be that of a running job")
            }
            return claim
        }
    }
}

/// Some leases.
package struct LeaseList: WireValue {
    package var leases: [HeldLease]

    package init(leases: [HeldLease]) {
        self.leases = leases
    }

    package func write(to writer: inout WireWriter) {
        writer.list("leases", leases) { writer, lease in writer.object { lease.write(to: &$0) } }
    }

    package init(_ fields: WireObject) throws(WireFault) {
        leases = try fields.list("leases", HeldLease.init(_:))
    }
}
