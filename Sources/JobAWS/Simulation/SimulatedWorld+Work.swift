internal import JobCore

// Jobs and workers.
extension SimulatedWorld {
    static let lease = Duration.seconds(60)

    mutating func arrangeJobs() {
        let length = configuration.duration.inSeconds
        var times: [Timestamp] = []
        times.reserveCapacity(configuration.jobs)
        while times.count < configuration.jobs {
            if random.chance(configuration.burstiness / 60) {
                let begin = start + .microseconds(Int64(random.unit() * length * 1_000_000))
                for _ in 0..<min(100, configuration.jobs - times.count) {
                    times.append(begin + random.seconds(0...60))
                }
            } else {
                // Twice as much by day as by night.
                let time = random.unit() * length
                let isDay = (time / 3_600).truncatingRemainder(dividingBy: 24) >= 8
                if isDay || random.chance(0.5) { times.append(start + .microseconds(Int64(time * 1_000_000))) }
            }
        }
        times.sort()
        let step = StepSpec(name: "s", action: .handler(HandlerAction(name: "h")))
        var spec = JobSpec(name: "j")
        spec.queue = self.spec.queues[0]
        spec.steps = [step]
        for (number, time) in times.enumerated() {
            let id = JobID(at: time, using: &random)
            let work = min(.seconds(7_200), max(.seconds(5), random.exponential(configuration.work)))
            jobs.append(
                SimulatedJob(job: Job(submitting: NewJob(spec, id: id), at: time), left: work, waitingSince: time))
            agenda.add(.arrival(number), at: time)
        }
        unfinished = jobs.count
    }

    mutating func arrive(_ job: Int) throws {
        jobs[job].waitingSince = now
        try enqueue(job)
        signal()
    }

    /// A job waits; a free worker takes it at once.
    mutating func enqueue(_ job: Int) throws {
        waiting.append(job)
        if waitingHead > 4_096, waitingHead * 2 > waiting.count {
            waiting.removeFirst(waitingHead)
            waitingHead = 0
        }
        guard !alive.isEmpty else { return }
        let first = Int(random.next() % UInt64(alive.count))
        for offset in 0..<alive.count {
            let at = alive[(first + offset) % alive.count]
            if instances[at].canClaim { return try claim(on: at) }
        }
    }

    /// A worker takes what waits.
    mutating func claim(on at: Int) throws {
        while instances[at].canClaim, waitingHead < waiting.count {
            if spec.oneJobPerInstance, instances[at].hasWorked { return }
            let job = waiting[waitingHead]
            waitingHead += 1
            // A worker that was cut off for a while may have come back and finished it.
            if case .finished = jobs[job].job.state { continue }
            let wasRunning = jobs[job].job.state.isRunning
            do {
                let worker = FleetWorker.name(instance: instances[at].id)
                jobs[job].job = try jobs[job].job.applying(.claim(worker: worker, lease: Self.lease), at: now).job
            } catch {
                throw violation("job \(job) cannot be claimed: \(error)")
            }
            guard case .running = jobs[job].job.state else { throw violation("job \(job) was given up") }
            if !wasRunning { running += 1 }
            waited += (now - jobs[job].waitingSince).inSeconds
            waits += 1
            instances[at].jobs.append(job)
            instances[at].hasWorked = true
            instances[at].idleSince = nil
            agenda.add(
                .finish(instance: at, job: job, generation: jobs[job].job.generation), at: now + jobs[job].left)
        }
        if instances[at].isWorking, instances[at].jobs.isEmpty, instances[at].idleSince == nil {
            instances[at].idleSince = now
            agenda.add(.idle(at, since: now), at: now + spec.idleTimeout)
        }
    }

    mutating func boot(_ at: Int) throws {
        guard instances[at].exists else { return }
        instances[at].isWorking = true
        try claim(on: at)
    }

    mutating func finish(_ job: Int, generation: Int, on at: Int) throws {
        guard instances[at].exists, let place = instances[at].jobs.firstIndex(of: job) else { return }
        guard case .running(let lease, _) = jobs[job].job.state, lease.generation == generation else {
            // The lease went to another while this worker was cut off.
            return try finishLate(job, generation: generation, on: at, place)
        }
        instances[at].jobs.remove(at: place)
        do {
            let done = try jobs[job].job.applying(
                .stepSucceeded(LeaseKey(lease), step: 0, output: StepOutput()), at: now)
            jobs[job].job = try done.job.applying(.succeeded(LeaseKey(lease)), at: now).job
        } catch {
            throw violation("the result of job \(job) was refused: \(error)")
        }
        jobs[job].successes += 1
        if jobs[job].successes > 1 { throw violation("job \(job) succeeded twice") }
        running -= 1
        unfinished -= 1
        report.succeeded += 1
        try afterJob(on: at)
    }

    private mutating func finishLate(_ job: Int, generation: Int, on at: Int, _ place: Int) throws {
        instances[at].jobs.remove(at: place)
        let key = LeaseKey(worker: FleetWorker.name(instance: instances[at].id), generation: generation)
        if (try? jobs[job].job.applying(.stepSucceeded(key, step: 0, output: StepOutput()), at: now)) != nil {
            throw violation("a worker that had lost job \(job) wrote its result")
        }
        report.lateResults += 1
        try afterJob(on: at)
    }

    private mutating func afterJob(on at: Int) throws {
        if instances[at].jobs.isEmpty, instances[at].isDraining || spec.oneJobPerInstance {
            stopWorker(at)
        } else {
            try claim(on: at)
        }
    }

    /// A worker gives its jobs back because EC2 has announced the end of its instance.
    mutating func interruptJobs(on at: Int) throws {
        let held = instances[at].jobs
        instances[at].jobs = []
        for job in held {
            guard case .running(let lease, _) = jobs[job].job.state,
                lease.worker == FleetWorker.name(instance: instances[at].id)
            else { continue }
            let before = jobs[job].job.steps[0].attempts
            keepProgress(of: job, since: jobs[job].job.attempts.last?.startedAt ?? now)
            do {
                jobs[job].job = try jobs[job].job.applying(
                    .interrupted(LeaseKey(lease), reason: "EC2 takes the instance back"), at: now
                ).job
            } catch {
                throw violation("job \(job) could not be given back: \(error)")
            }
            if jobs[job].job.steps[0].attempts != before - 1 {
                throw violation("an interruption cost job \(job) an attempt")
            }
            running -= 1
            jobs[job].waitingSince = now
            try enqueue(job)
        }
        signal()
    }

    private mutating func keepProgress(of job: Int, since time: Timestamp) {
        let hasCheckpoints = Double(job % 100) < configuration.checkpointed * 100
        if hasCheckpoints { jobs[job].left = max(.seconds(1), jobs[job].left - (now - time)) }
    }

    /// The leases of a worker that says nothing any more end by themselves.
    mutating func loseJobs(of at: Int) {
        let worker = FleetWorker.name(instance: instances[at].id)
        for job in instances[at].jobs {
            guard case .running(let lease, _) = jobs[job].job.state, lease.worker == worker else { continue }
            // The last heartbeat was just now.
            if let renewed = try? jobs[job].job.applying(.heartbeat(LeaseKey(lease), lease: Self.lease), at: now) {
                jobs[job].job = renewed.job
            }
            agenda.add(.expire(job: job, generation: lease.generation), at: now + Self.lease + .seconds(1))
        }
    }

    mutating func expire(_ job: Int, generation: Int) throws {
        guard case .running(let lease, _) = jobs[job].job.state, lease.generation == generation else { return }
        jobs[job].waitingSince = now
        try enqueue(job)
        signal()
    }
}

extension JobState {
    fileprivate var isRunning: Bool { if case .running = self { true } else { false } }
}
