internal import JobAWS
internal import JobCore

/// What a job is estimated to have cost on the instances of fleets.
struct JobCosts {
    /// The whole job; nil when no attempt ran on an instance that is known.
    var total: FleetCost?
    /// Its attempts by number.
    var attempts: [Int: FleetCost] = [:]

    /// The costs of a job that ran on no instance.
    init() {}

    /// Reads what is known; nothing where the caller may not see fleets.
    init(of job: Job, in store: any ServiceStore, at now: Timestamp) async {
        let workers = job.attempts.compactMap { FleetWorker.instance(ofWorker: $0.worker) }
        if workers.isEmpty { return }
        let fleets = FleetStore(store)
        var instances: [String: FleetInstance] = [:]
        for id in Set(workers) { instances[id] = try? await fleets.instance(id) }
        total = FleetCost.of(job, on: instances, until: now)
        for attempt in job.attempts {
            guard let id = FleetWorker.instance(ofWorker: attempt.worker), let instance = instances[id] else {
                continue
            }
            attempts[attempt.number] = FleetCost(of: attempt, on: instance, until: now)
        }
    }

    /// The job's JSON with `cost`, where there is one, and that of each attempt.
    func added(to json: JSONValue) -> JSONValue {
        guard let total, case .object(var object) = json else { return json }
        object["cost"] = total.json
        if case .array(let listed)? = object["attempts"] {
            object["attempts"] = .array(
                listed.map { attempt in
                    guard case .object(var fields) = attempt, let number = fields["number"]?.integerValue,
                        let cost = attempts[Int(number)]
                    else { return attempt }
                    fields["cost"] = cost.json
                    return .object(fields)
                })
        }
        return .object(object)
    }
}

extension FleetCost {
    /// The cost for people.
    var text: String {
        guard let dollars else { return "not known: no price is known" }
        guard let onDemand else { return dollars.dollarText }
        let saved = onDemand > 0 ? " (\(Int(((1 - dollars / onDemand) * 100).rounded()))% less)" : ""
        return "\(dollars.dollarText), on demand \(onDemand.dollarText)\(saved)"
    }
}
