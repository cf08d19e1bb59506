internal import JobCore

extension Console {
    /// Prints a JSON value as people indent it.
    func print(json: JSONValue) { print(json.prettyText) }

    /// Prints one job as itself and several as `{"jobs": […]}`.
    func print(jobs: [Job], asBatch: Bool, at now: Timestamp) {
        if !asBatch, jobs.count == 1 {
            print(json: jobs[0].json(at: now))
        } else {
            print(json: ["jobs": .array(jobs.map { $0.json(at: now) })])
        }
    }
}
