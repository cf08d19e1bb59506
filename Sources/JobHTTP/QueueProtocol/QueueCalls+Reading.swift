internal import JobCore

extension QueueCalls {
    /// A part of a log.
    func log(_ message: LogRequest, _ caller: Principal) async throws -> [UInt8] {
        guard message.offset >= 0 else { throw WireFault(path: "offset", message: "must not be negative") }
        if !(caller.seesEverything && caller.has(.read)) {
            guard try await visible(message.job, caller) != nil else { return LogReply(page: nil).encoded }
        }
        let limit = min(message.limit, WireMessage.usualBytes)
        return LogReply(page: try await store.log(of: message.job, from: message.offset, limit: limit)).encoded
    }

    /// A page of a listing, shorter than asked for when its jobs are large.
    func page(_ message: PageRequest, _ caller: Principal) async throws -> [UInt8] {
        guard (1...1_000).contains(message.limit) else {
            throw WireFault(path: "limit", message: "must lie between 1 and 1000")
        }
        guard caller.attempt == nil else { throw Problem.forbidden("this token is for one attempt only") }
        var filter = message.filter
        if !caller.queues.isEmpty {
            filter.queues = filter.queues.isEmpty ? caller.queues : filter.queues.intersection(caller.queues)
            if filter.queues.isEmpty { return JobPage(jobs: [], next: nil).encoded }
        }
        var page = JobPage(jobs: [], next: message.after)
        var bytes = 0
        repeat {
            let limit = min(Self.slice, message.limit - page.jobs.count)
            let part = try await store.page(filter, after: page.next, limit: limit)
            page.jobs += part.jobs.map(caller.shown)
            page.next = part.next
            if page.next == nil || page.jobs.count == message.limit { break }
            bytes += part.encoded.count
        } while bytes < Self.pageBytes
        return page.encoded
    }

    private static let slice = 100
    private static let pageBytes = 16 << 20

    /// The numbers of the queues that the caller may touch.
    func counts(_ caller: Principal) async throws -> QueueCounts {
        guard caller.attempt == nil else { throw Problem.forbidden("this token is for one attempt only") }
        var counts = try await store.counts()
        counts.byQueue = counts.byQueue.filter { caller.mayTouch(queue: $0.key) }
        return counts
    }
}
