extension MemoryQueue: JobLogs {
    /// Appends chunks to the logs of running jobs.
    public func append(_ chunks: [LogChunk]) async throws {
        transact { store, _ in
            for chunk in chunks { store.append(chunk) }
        }
    }

    /// Appends chunks and then applies events, in one transaction.
    public func apply(
        _ events: [JobEvent], logging chunks: [LogChunk]
    ) async throws -> [Result<Job, TransitionRefused>] {
        transact { store, now in
            for chunk in chunks { store.append(chunk) }
            return store.apply(events, at: now)
        }
    }

    /// A part of a job's log from an offset on.
    public func log(of job: JobID, from offset: Int64, limit: Int) async throws -> LogPage? {
        transact { store, _ in
            store.records[job].map { $0.log.page(from: offset, limit: limit, isFinished: $0.job.isFinished) }
        }
    }
}

extension MemoryQueue: QueueInspection {
    /// Jobs that match a filter, newest first; reads through the jobs until the page is full.
    public func page(_ filter: JobFilter, after: JobID?, limit: Int) async throws -> JobPage {
        guard (1...1_000).contains(limit) else {
            throw QueueError(
                .invalidRequest, operation: "page", detail: "the limit is \(limit); ask for 1 to 1000 jobs")
        }
        return transact { store, now in
            var page = JobPage(jobs: [], next: nil)
            for record in store.listing.descending(before: after, in: store.records) {
                let job = record.job
                guard filter.matches(job, at: now) else { continue }
                if page.jobs.count == limit {
                    page.next = page.jobs.last?.id
                    break
                }
                page.jobs.append(job)
            }
            return page
        }
    }

    /// How many jobs of each named queue are in each status now.
    public func counts() async throws -> QueueCounts {
        transact { store, now in
            for queue in store.queues.values { store.makeDue(queue, at: now) }
            return QueueCounts(byQueue: store.queues.mapValues(\.counts.present).filter { !$0.value.isEmpty })
        }
    }

    /// Deletes finished jobs, with logs and outputs, whose retention has ended.
    public func prune(limit: Int) async throws -> Int {
        transact { store, now in store.prune(limit: limit, at: now) }
    }
}

extension MemoryQueue: QueueSignals {
    /// A stream that yields after changes of interest.
    public func signals(for interest: SignalInterest) -> AsyncStream<Void> {
        hub.signals(for: interest)
    }

    /// When the earliest waiting job of some named queues becomes due, or the earliest lease expires; nil for never.
    ///
    /// Some time in the past when anything can be claimed now.
    public func nextDue(in queues: [String]) async throws -> Timestamp? {
        transact { store, now in
            for name in queues { if let queue = store.queues[name] { store.makeDue(queue, at: now) } }
            return queues.compactMap { store.nextDue(in: $0) }.min()
        }
    }

    /// The running jobs of a worker that somebody has asked to stop.
    public func cancelRequests(for worker: String) async throws -> [JobID] {
        guard hasCancelRequests else { return [] }
        return transact { store, _ in (store.cancelRequests[worker] ?? []).sorted() }
    }
}
