public import JobCore

/// Admits the instances of fleets as workers.
///
/// An instance is admitted when the launch whose token it shows has given it, and once: the first secret that it names
/// is the one that counts.
public struct FleetEnrolment: WorkerEnrolment {
    private let store: FleetStore
    private let time: TimeSource

    /// Makes an enrolment on the store that the fleet service uses.
    public init(records: any RecordStore, time: TimeSource = .system) {
        self.store = FleetStore(records)
        self.time = time
    }

    /// Decides on an instance; see `WorkerEnrolment`.
    public func enrol(_ request: EnrolmentRequest, with token: AccessToken) async throws -> EnrolmentGrant {
        guard let launch = try await store.launch(token.id) else {
            throw EnrolmentRefused("the token's launch \(token.id) is not known")
        }
        guard let fleet = try await store.fleet(launch.fleet) else {
            throw EnrolmentRefused("the fleet \(launch.fleet) has been removed")
        }
        guard let instance = try await store.instance(request.instance) else {
            // The instance may be quicker than the answer that tells of it, or than EC2's list after a crash.
            let isNew = time.now - launch.createdAt < fleet.spec.bootTimeout
            throw EnrolmentRefused(
                "the instance \(request.instance) is not known as one of launch \(launch.id)", isRetryable: isNew)
        }
        guard instance.launch == launch.id else {
            throw EnrolmentRefused("the instance \(request.instance) came of another launch than its token")
        }
        guard instance.isUsable else {
            throw EnrolmentRefused("the instance \(request.instance) is \(instance.phase.rawValue)")
        }
        try await bind(request)
        return EnrolmentGrant(
            worker: instance.worker, queues: fleet.spec.queues, slots: instance.slots,
            expiresAt: instance.launchedAt + fleet.spec.maxLifetime + .seconds(900),
            // A fleet that keeps a minimum chooses itself which of them end.
            idleTimeout: fleet.minimum == 0 ? fleet.spec.idleTimeout : nil, isSingleUse: fleet.spec.oneJobPerInstance)
    }

    /// Keeps the first secret that an instance names, and refuses any other.
    private func bind(_ request: EnrolmentRequest) async throws {
        let hash = JSONValue.string(Hexadecimal.encode(request.secretHash))
        let key = request.instance
        do {
            try await store.records.write([
                RecordChange(
                    .put(["secretHash": hash]), key, in: FleetStore.Collection.enrolments, expecting: .absent)
            ])
        } catch is RecordConflict {
            let stored = try await store.records.record(key, in: FleetStore.Collection.enrolments)
            if stored?.value["secretHash"] != hash {
                throw EnrolmentRefused("the instance \(key) is a worker already, by another secret")
            }
        }
    }
}
