internal import Logging
internal import Synchronization

/// One write: what is taken along, how it is repeated, and who is answered.
extension Outbox {
    /// What the store said to a parcel.
    struct Answer {
        let parcel: Parcel
        let results: ArraySlice<Result<Job, TransitionRefused>>
    }

    /// Writes what waits, again and again until it is stored or its leases are over.
    ///
    /// - Returns: the answers to all that was written or given up.
    func writeBatch() async -> [Answer] {
        var (parcels, chunks) = state.withLock { state in
            let taken = Array(state.parcels.prefix(Self.parcelsPerWrite))
            state.parcels.removeFirst(taken.count)
            let chunks = state.chunks
            state.chunks = []
            state.newest = [:]
            return (taken, chunks)
        }
        let bytes = chunks.reduce(0) { $0 + $1.entry.bytes.count }
        observer.departing(parcels.filter(\.isLast).map(\.run.id))
        var answers: [Answer] = []
        answers.reserveCapacity(parcels.count)
        var failures = 0
        while !parcels.isEmpty || !chunks.isEmpty {
            do {
                let results = try await write(parcels.flatMap(\.events), chunks)
                Self.deal(results, to: parcels, into: &answers)
                break
            } catch let error as QueueError where error.code == .invalidRequest && !parcels.isEmpty {
                await writeOneByOne(parcels, chunks, after: error, into: &answers)
                break
            } catch {
                failures += 1
                logger.info(
                    "Settling failed; trying again",
                    metadata: [JobLogKeys.error: "\(error)", "settle.failures": "\(failures)"])
                // The loop is never cancelled; a sleep that ends early would only repeat the write sooner.
                try? await time.sleep(for: JobRunner.StateMachine.backoff(failures, unit: random.unit()))
                give(giveUpLost(&parcels, &chunks))
                if state.withLock({ $0.isClosed }), parcels.isEmpty { break }
            }
        }
        let waiters = state.withLock { state in
            state.bytes -= bytes
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
        return answers
    }

    /// Tells those who wait for a write what came of it.
    func give(_ answers: [Answer]) {
        var ended: [RunID] = []
        ended.reserveCapacity(answers.count)
        for answer in answers {
            answer.parcel.reply(answer.results)
            if answer.parcel.isLast { ended.append(answer.parcel.run.id) }
        }
        forget(ended)
        observer.answered(ended)
    }

    private static func deal(
        _ results: [Result<Job, TransitionRefused>], to parcels: [Parcel], into answers: inout [Answer]
    ) {
        var index = 0
        for parcel in parcels {
            answers.append(Answer(parcel: parcel, results: results[index..<index + parcel.events.count]))
            index += parcel.events.count
        }
    }

    /// The store refuses to keep something of the batch: find what it is, and fail that step instead.
    private func writeOneByOne(
        _ parcels: [Parcel], _ chunks: [LogChunk], after error: QueueError, into answers: inout [Answer]
    ) async {
        for parcel in parcels {
            let own = chunks.filter { $0.job == parcel.run.id.job && $0.key.generation == parcel.run.id.generation }
            let results: [Result<Job, TransitionRefused>]
            do { results = try await write(parcel.events, own) } catch { results = await fail(parcel, error) }
            answers.append(Answer(parcel: parcel, results: results[...]))
        }
    }

    private func fail(_ parcel: Parcel, _ error: any Error) async -> [Result<Job, TransitionRefused>] {
        logger.info("The store refused a step's result", metadata: [JobLogKeys.error: "\(error)"])
        guard let event = parcel.events.first, let key = event.change.leaseKey else { return [.failure(.leaseLost)] }
        let failure = StepFailure(.error, "the result could not be stored: \(error)", isRetryable: false)
        do {
            let results = try await write([JobEvent(.failed(key, failure), of: event.job)], [])
            return Array(repeating: results[0], count: parcel.events.count)
        } catch {
            logger.info("Giving a job up to its lease", metadata: [JobLogKeys.error: "\(error)"])
            return Array(repeating: .failure(.leaseLost), count: parcel.events.count)
        }
    }

    /// Takes out the parcels whose lease is gone, and drops what their runs printed; nobody may write them any more.
    ///
    /// Output goes also where no parcel comes with it: its run may be held back here, and can end only when it goes on.
    private func giveUpLost(_ parcels: inout [Parcel], _ chunks: inout [LogChunk]) -> [Answer] {
        let printing = state.withLock { $0.printing }
        chunks.removeAll { chunk in
            // A run that has ended left its output here only when its lease was lost.
            let run = printing[RunID(job: chunk.job, generation: chunk.key.generation)]
            return run.map { $0.reason == .leaseLost } ?? true
        }
        let lost = parcels.filter { $0.run.reason == .leaseLost }
        let lostRuns = Set(lost.map(\.run.id))
        parcels.removeAll { lostRuns.contains($0.run.id) }
        return lost.map { parcel in
            Answer(parcel: parcel, results: Array(repeating: .failure(.leaseLost), count: parcel.events.count)[...])
        }
    }
}
