extension Transition {
    /// The jobs that a store puts into the queue in the same step in which it stores the transition.
    ///
    /// Empty unless the job finished and has callbacks for its outcome.
    public var followUps: [NewJob] {
        // The effects first: of a job that was just claimed the specification has not been decoded yet.
        effects.contains { if case .finished = $0 { true } else { false } } ? job.followUps : []
    }
}

extension Job {
    /// The jobs that a finished job leaves behind: one for each callback that its outcome concerns.
    ///
    /// A function of the job alone. The ids follow from the job, its version and the callback's place, so that a step
    /// that is repeated leaves nothing twice, while a job that was retried and ends again leaves new ones.
    ///
    /// A store uses it for a job that finished with its submission, and ``Transition/followUps`` for all others.
    public var followUps: [NewJob] {
        guard !spec.callbacks.isEmpty, case .finished(let outcome, let time) = state else { return [] }
        let event = CallbackEvent(self, at: time).json
        return spec.callbacks.enumerated().compactMap { index, callback in
            guard callback.outcomes.contains(outcome) else { return nil }
            let id = JobID(following: self, at: time, place: index)
            return NewJob(callbackSpec(callback, event), id: id)
        }
    }

    private func callbackSpec(_ callback: Callback, _ event: JSONValue) -> JobSpec {
        var input = JSONObject()
        input["url"] = .string(callback.url)
        input["event"] = event
        let action = HandlerAction(name: BuiltInKind.callback, input: .object(input))
        var callback = JobSpec(name: String("callback: \(spec.name)".prefix(200)), queue: JobSpec.callbacksQueue)
        callback.tags = ["callbackFor": id.description]
        callback.retry = RetryOptions(limit: 8, backoff: .quartic, cap: .seconds(43_200), jitter: 0.1)
        callback.timeout = .seconds(30)
        callback.traceContext = spec.traceContext
        callback.steps = [StepSpec(name: "callback", action: .handler(action))]
        return callback
    }
}

/// What a callback tells.
struct CallbackEvent {
    /// The event as JSON: `type`, `timestamp`, and the job as `data`.
    let json: JSONValue

    /// The longest `data` in bytes; of a longer one the outputs of the steps are left out.
    private static let longestData = 262_144

    init(_ job: Job, at time: Timestamp) {
        var data = job.json(at: time)
        if data.utf8.count > Self.longestData { data = Self.withoutOutputs(data) }
        var object = ObjectBuilder()
        object["type"] = "job.finished"
        object["timestamp"] = JSONValue(time: time)
        object["data"] = data
        json = object.json
    }

    private static func withoutOutputs(_ data: JSONValue) -> JSONValue {
        guard case .object(var job) = data, case .array(let steps)? = job["steps"] else { return data }
        job["steps"] = .array(
            steps.map { step in
                guard case .object(var record) = step else { return step }
                record["output"] = .null
                return .object(record)
            })
        job["outputsOmitted"] = true
        return .object(job)
    }
}

extension JobID {
    /// The id of what follows from a job at a version, as a UUID of version 7 with the time of its end.
    ///
    /// Nobody gains by making two alike, so mixing the bits well is enough.
    fileprivate init(following job: Job, at time: Timestamp, place: Int) {
        var mixer = Mixer()
        for word in [job.id.high, job.id.low, UInt64(job.version), UInt64(place)] { mixer.add(word) }
        self.init(at: time, using: &mixer)
    }
}

/// Mixes words to 64 bits (SplitMix64), for ids that must come out the same again.
///
/// Source: https://prng.di.unimi.it/splitmix64.c
private struct Mixer: RandomNumberGenerator {
    private var state: UInt64 = 0x6A6F_626B_6974_0001

    mutating func add(_ word: UInt64) {
        state = next() ^ word
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
