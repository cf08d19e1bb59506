internal import JobCore

// What must hold whatever happens.
extension SimulatedWorld {
    /// After each event: everything that costs is accounted for and within the limits.
    mutating func check() throws {
        let ours = existing - strangersAlive
        report.mostInstances = max(report.mostInstances, ours)
        if ours > spec.limits.instances { throw violation("\(ours) instances, \(spec.limits.instances) are allowed") }
        if let most = spec.limits.vcpus, vcpus > most { throw violation("\(vcpus) vCPUs, \(most) are allowed") }
        if report.events % 64 == 0 { try checkAccounts() }
        if report.succeeded + unfinished != jobs.count { throw violation("jobs were lost") }
    }

    /// The planted instances; the one of ours goes in time.
    private var strangersAlive: Int {
        instances.prefix(3).count { $0.exists }
    }

    /// Each instance has its own record, or that of its launch, from which a restart finds it.
    private func checkAccounts() throws {
        for at in alive where !instances[at].launch.isEmpty {
            guard launches[instances[at].launch] != nil else {
                throw violation("\(instances[at].id) exists and no record accounts for it")
            }
            if let record = records[instances[at].id], record.phase == .gone {
                throw violation("\(instances[at].id) exists and is recorded as gone")
            }
        }
    }

    /// A launch leaves the fleet within its budget at the prices that the controller was told last.
    ///
    /// Prices that rise afterwards may exceed it until instances have drained.
    func checkBudget() throws {
        guard let most = spec.limits.dollarsPerHour else { return }
        var sum = 0.0
        for at in alive where !instances[at].launch.isEmpty {
            sum +=
                instances[at].pool.lifecycle == .spot
                ? prices[instances[at].pool] ?? 0 : spec.onDemandPrices[instances[at].pool.type] ?? 0
        }
        if sum > most + 1e-6 { throw violation("\(sum) dollars an hour after a launch, \(most) are allowed") }
    }

    mutating func checkEnd() throws {
        if unfinished > 0 { throw violation("\(unfinished) jobs never finished") }
        for (number, job) in jobs.enumerated() {
            if job.successes != 1 { throw violation("job \(number) succeeded \(job.successes) times") }
            if !job.job.attempts.allSatisfy({ $0.outcome != .failed }) { throw violation("job \(number) failed") }
        }
        for instance in instances where instance.exists {
            if instance.owner == Self.owner { throw violation("\(instance.id) was left over") }
        }
        if strangersAlive != strangers { throw violation("an instance that is not ours is gone") }
        report.meanWait = waits > 0 ? waited / Double(waits) : 0
        report.endedAt = now
        for record in records.values.sorted(by: { $0.id < $1.id }) {
            report.recordedDollars += FleetCost(of: record, until: now).dollars ?? 0
        }
    }
}
