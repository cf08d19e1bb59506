public import JobCore

extension RemoteQueue: JobQueue {
    /// Stores jobs: all of them or, when it throws, none.
    public func enqueue(_ jobs: [NewJob]) async throws -> [Job] {
        // Faults are found here first, so that they are the same as those of any other queue.
        try jobs.validate()
        if jobs.isEmpty { return [] }
        let bytes = EnqueueRequest(jobs: jobs).encoded
        return try await ask(.enqueue, body: { _ in bytes }) { answer throws(WireFault) in
            try EnqueueReply.decode(answer, sent: jobs)
        }
    }

    /// Leases jobs to a worker; leases whose answer was lost before are among them.
    public func claim(_ request: ClaimRequest) async throws -> [Claim] {
        try await claim(request, wait: .zero)
    }

    /// Leases jobs to a worker as soon as there are some.
    ///
    /// - Parameters:
    ///   - request: what is wanted.
    ///   - wait: how long the server may wait for a job, at most 60 s; it answers with none after that.
    /// - Throws: `QueueError`.
    public func claim(_ request: ClaimRequest, wait: Duration) async throws -> [Claim] {
        let time = calls.time
        var asksForLost = false
        do {
            let reply: ClaimReply = try await ask(
                .claim, wait: wait,
                body: { mayBeDone in
                    if mayBeDone { leases.suspect(until: time.uptime + request.lease) }
                    let held = leases.held(by: request.worker, at: time.uptime)
                    asksForLost = held != nil
                    return ClaimMessage(request, name: calls.newName(), wait: wait > .zero ? wait : nil, held: held)
                        .encoded
                }, read: ClaimReply.init(decoding:))
            return leases.take(reply.claims)
        } catch {
            // Whatever went wrong, the server may have given leases that nobody here knows of.
            let isRefused = (error as? QueueError).map { !$0.isTransient } ?? false
            if !isRefused || asksForLost { leases.suspect(until: time.uptime + request.lease) }
            throw error
        }
    }

    /// Applies events in order, each as one step of the lifecycle.
    public func apply(_ events: [JobEvent]) async throws -> [Result<Job, TransitionRefused>] {
        try await apply(events, logging: [])
    }

    /// The job as it is now; nil when there is none.
    public func job(_ id: JobID) async throws -> Job? {
        let reply: JobReply = try await ask(.job, JobReference(job: id))
        return reply.job
    }
}

extension RemoteQueue: JobLogs {
    /// Appends chunks to the logs of running jobs.
    public func append(_ chunks: [LogChunk]) async throws {
        if chunks.isEmpty { return }
        for part in Self.parts(of: chunks) {
            let bytes = ApplyRequest(events: [], chunks: Array(part)).encoded
            let _: WireNothing = try await ask(.append, body: { _ in bytes }, read: WireNothing.init(decoding:))
        }
    }

    /// Chunks in their order, in groups that make messages of a usual size.
    private static func parts(of chunks: [LogChunk]) -> [ArraySlice<LogChunk>] {
        var parts: [ArraySlice<LogChunk>] = []
        var start = 0
        var bytes = 0
        for (index, chunk) in chunks.enumerated() {
            let size = size(of: chunk)
            if index > start, bytes + size > WireMessage.usualBytes {
                parts.append(chunks[start..<index])
                (start, bytes) = (index, 0)
            }
            bytes += size
        }
        parts.append(chunks[start...])
        return parts
    }

    /// About how much a chunk takes in a message, escapes included.
    private static func size(of chunk: LogChunk) -> Int { 256 + chunk.entry.bytes.count * 5 / 4 }

    /// Appends chunks and then applies events: in one step, unless they are too large for one message.
    public func apply(
        _ events: [JobEvent], logging chunks: [LogChunk]
    ) async throws -> [Result<Job, TransitionRefused>] {
        if events.isEmpty {
            try await append(chunks)
            return []
        }
        if chunks.reduce(0, { $0 + Self.size(of: $1) }) > WireMessage.usualBytes {
            try await append(chunks)
            return try await apply(events, logging: [])
        }
        let known = leases.jobs(of: events)
        let request = ApplyRequest(events: events, known: known.mapValues(\.cursor), chunks: chunks)
        let bytes = request.encoded
        if bytes.count > 2 * WireMessage.usualBytes, events.count > 1 {
            let middle = events.count / 2
            let first = try await apply(Array(events[..<middle]), logging: chunks)
            return first + (try await apply(Array(events[middle...]), logging: []))
        }
        let results = try await ask(.apply, name: name(of: events), body: { _ in bytes }) { answer throws(WireFault) in
            try ApplyReply.decode(answer, count: events.count) { known[$0] }
        }
        leases.settle(events, results)
        return results
    }

    /// A part of a job's log from an offset on.
    public func log(of job: JobID, from offset: Int64, limit: Int) async throws -> LogPage? {
        let reply: LogReply = try await ask(.log, LogRequest(job: job, offset: offset, limit: limit))
        return reply.page
    }

    /// A name for a request with changes that bear no lease, which alone could be answered otherwise when repeated.
    private func name(of events: [JobEvent]) -> String? {
        events.contains { $0.change.leaseKey == nil } ? calls.newName() : nil
    }
}
