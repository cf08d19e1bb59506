internal import JobCore
internal import Synchronization

/// The leases that were given over one connection: their jobs, so that answers need not repeat what does not change,
/// and which of them a worker knows, so that those of a lost answer can be asked for again.
final class RemoteLeases: Sendable {
    private struct State {
        var jobs: [JobID: Job] = [:]
        /// Until which uptime claims may have been answered without the answer coming here.
        var suspectUntil: Duration?
    }

    private let state = Mutex(State())

    /// Beyond so many, which only a worker that forgets its leases comes to, all are forgotten: it costs only bytes.
    private static let most = 50_000

    /// Notes the leases of an answer; leaves out those that another answer brought already.
    func take(_ claims: [Claim]) -> [Claim] {
        state.withLock { state in
            if state.jobs.count + claims.count > Self.most { state.jobs = [:] }
            return claims.filter { claim in
                if let known = state.jobs[claim.job.id], known.generation >= claim.lease.generation { return false }
                state.jobs[claim.job.id] = claim.job
                return true
            }
        }
    }

    /// The job of each event that is made under a known lease, by the event's place.
    func jobs(of events: [JobEvent]) -> [Int: Job] {
        state.withLock { state in
            if state.jobs.isEmpty { return [:] }
            var known: [Int: Job] = [:]
            for (index, event) in events.enumerated() {
                guard let key = event.change.leaseKey, let job = state.jobs[event.job],
                    job.generation == key.generation
                else { continue }
                known[index] = job
            }
            return known
        }
    }

    /// Forgets the leases that the results of events show to be over.
    func settle(_ events: [JobEvent], _ results: [Result<Job, TransitionRefused>]) {
        state.withLock { state in
            if state.jobs.isEmpty { return }
            for (event, result) in zip(events, results) {
                guard let key = event.change.leaseKey, let known = state.jobs[event.job],
                    known.generation == key.generation
                else { continue }
                switch result {
                case .success(let job) where job.lease?.generation == key.generation:
                    if job.version > known.version { state.jobs[event.job] = job }
                case .failure(.wrongStep), .failure(.stepsRemain): break
                case .success, .failure: state.jobs[event.job] = nil
                }
            }
        }
    }

    /// Notes that an answer with leases may have been lost.
    ///
    /// - Parameter until: the uptime at which such leases have expired for sure.
    func suspect(until: Duration) {
        state.withLock { $0.suspectUntil = max($0.suspectUntil ?? until, until) }
    }

    /// The leases that a worker knows of, when some may be unknown to it; nil otherwise.
    func held(by worker: String, at uptime: Duration) -> [HeldLease]? {
        state.withLock { state in
            guard let until = state.suspectUntil else { return nil }
            if uptime >= until {
                state.suspectUntil = nil
                return nil
            }
            return state.jobs.values.filter { $0.lease?.worker == worker }
                .map { HeldLease(job: $0.id, generation: $0.generation) }
        }
    }
}
