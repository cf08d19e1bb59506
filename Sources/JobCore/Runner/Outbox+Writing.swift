internal import Logging
internal import Synchronization

/// One write: how it is repeated, and who is answered.
extension Outbox {
    /// Writes what waits, again and again until it is stored or its leases are over.
    ///
    /// - Returns: the answers to all that was written or given up.
    func writeBatch() async -> Answers {
        let batch = state.withLock { $0.takeBatch() }
        let bytes = batch.chunks.reduce(0) { $0 + $1.entry.bytes.count }
        observer.departing(batch.parcels.filter(\.isLast).map(\.run.id))
        let answers = await deliver(batch)
        let waiters = state.withLock { state in
            state.bytes -= bytes
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
        return answers
    }

    private func deliver(_ batch: Batch) async -> Answers {
        var batch = batch
        var failures = 0
        while !batch.isEmpty {
            do {
                return Answers(parcels: batch.parcels, results: try await write(batch.events, batch.chunks))
            } catch let error as QueueError where error.code == .invalidRequest {
                return await deliverApart(batch, after: error)
            } catch {
                failures += 1
                logger.info(
                    "Settling failed; trying again",
                    metadata: [JobLogKeys.error: "\(error)", "settle.failures": "\(failures)"])
                // The loop is never cancelled; a sleep that ends early would only repeat the write sooner.
                try? await time.sleep(for: JobRunner.StateMachine.backoff(failures, unit: random.unit()))
                give(giveUpLost(&batch))
                if state.withLock({ $0.isClosed }), batch.parcels.isEmpty { break }
            }
        }
        return Answers()
    }

    /// Tells those who wait for a write what came of it.
    func give(_ answers: Answers) {
        var ended: [RunID] = []
        ended.reserveCapacity(answers.parcels.count)
        answers.forEach { parcel, result in
            if let waiter = parcel.waiter { return waiter.resume(returning: result) }
            if case .failure(let refusal) = result { observer.refused(parcel.run, refusal) }
            ended.append(parcel.run.id)
        }
        forget(ended)
        observer.answered(ended)
    }

    /// The store refuses to keep something of the batch: find what it is, and lose nothing else.
    private func deliverApart(_ batch: Batch, after error: QueueError) async -> Answers {
        let parts = batch.parts
        guard parts.count > 1 else { return await refused(batch, error) }
        var answers = Answers()
        for part in parts { answers.append(await deliver(part)) }
        return answers
    }

    /// Drops output that the store refuses, or fails the step whose result it refuses.
    private func refused(_ batch: Batch, _ error: QueueError) async -> Answers {
        if batch.events.isEmpty {
            logger.info("The store refused a step's output", metadata: [JobLogKeys.error: "\(error)"])
            return Answers()
        }
        return Answers(parcels: batch.parcels, results: await fail(batch.events, error))
    }

    private func fail(_ events: [JobEvent], _ error: QueueError) async -> [StoreResult] {
        logger.info("The store refused a step's result", metadata: [JobLogKeys.error: "\(error)"])
        let lost = [StoreResult](repeating: .failure(.leaseLost), count: events.count)
        guard let event = events.first, let key = event.change.leaseKey else { return lost }
        let failure = StepFailure(.error, "the result could not be stored: \(error)", isRetryable: false)
        do {
            let results = try await write([JobEvent(.failed(key, failure), of: event.job)], [])
            return Array(repeating: results[0], count: events.count)
        } catch {
            logger.info("Giving a job up to its lease", metadata: [JobLogKeys.error: "\(error)"])
            return lost
        }
    }

    /// Takes out the parcels whose lease is gone, and drops what their runs printed; nobody may write them any more.
    ///
    /// Output goes also where no parcel comes with it: its run may be held back here, and can end only when it goes on.
    private func giveUpLost(_ batch: inout Batch) -> Answers {
        let printing = state.withLock { $0.printing }
        batch.chunks.removeAll { chunk in
            // A run that has ended left its output here only when its lease was lost.
            let run = printing[RunID(job: chunk.job, generation: chunk.key.generation)]
            return run.map { $0.reason == .leaseLost } ?? true
        }
        let lostRuns = Set(batch.parcels.filter { $0.run.reason == .leaseLost }.map(\.run.id))
        let lost = batch.remove { lostRuns.contains($0.run.id) }
        let count = lost.reduce(0) { $0 + $1.count }
        return Answers(parcels: lost, results: Array(repeating: .failure(.leaseLost), count: count))
    }
}
