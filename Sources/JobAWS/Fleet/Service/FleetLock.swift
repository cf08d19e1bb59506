internal import JobCore

/// The right to lead: one record that the leader renews, and whose version every other write checks.
///
/// A leader that lost it without knowing can write nothing any more. What it still asks of EC2 was saved before, so
/// its successor finds it or repeats it under the same token.
struct FleetLock: Sendable {
    let records: any RecordStore
    let holder: String
    let time: TimeSource
    /// After how long without renewal others may take over.
    static let lease = Duration.seconds(30)

    private static let key = "leader"
    private var version: Int64?
    private var renewedAt = Duration.zero
    /// The version of another holder, and since when (by uptime) it has not changed.
    private var other: (version: Int64, since: Duration)?

    init(records: any RecordStore, holder: String, time: TimeSource) {
        self.records = records
        self.holder = holder
        self.time = time
    }

    var isHeld: Bool { version != nil }

    /// What makes a write fail unless the lock is still held.
    var check: RecordChange {
        RecordChange(.check, Self.key, in: FleetStore.Collection.lock, expecting: .version(version ?? 0))
    }

    /// Takes the lock or renews it, when that is due; false while another one holds it.
    mutating func hold() async throws -> Bool {
        if let version {
            if time.uptime - renewedAt < Self.lease / 3 { return true }
            return try await write(expecting: .version(version))
        }
        guard let stored = try await records.record(Self.key, in: FleetStore.Collection.lock) else {
            return try await write(expecting: .absent)
        }
        if stored.value["holder"]?.stringValue == holder || isAbandoned(stored) {
            return try await write(expecting: .version(stored.version))
        }
        return false
    }

    /// Whether a holder has not renewed for long: by the store's clock, and by ours when that is wrong.
    private mutating func isAbandoned(_ stored: StoredRecord) -> Bool {
        if time.now - stored.updatedAt > Self.lease { return true }
        if let other, other.version == stored.version { return time.uptime - other.since > Self.lease }
        other = (stored.version, time.uptime)
        return false
    }

    private mutating func write(expecting: RecordChange.Expectation) async throws -> Bool {
        let began = time.uptime
        do {
            let stored = try await records.write([
                RecordChange(
                    .put(["holder": .string(holder)]), Self.key, in: FleetStore.Collection.lock, expecting: expecting)
            ])
            version = stored.first?.version
            renewedAt = began
            other = nil
            return version != nil
        } catch is RecordConflict {
            version = nil
            return false
        }
    }

    /// Forgets that it is held, such as after a write found that it is not.
    mutating func lose() { version = nil }

    /// Gives it back, so that another one need not wait.
    mutating func release() async {
        guard let version else { return }
        self.version = nil
        _ = try? await records.write([
            RecordChange(.delete, Self.key, in: FleetStore.Collection.lock, expecting: .version(version))
        ])
    }
}
