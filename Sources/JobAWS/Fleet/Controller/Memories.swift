internal import JobCore

/// What a controller remembers of a fleet; nothing that a restart may not forget.
struct FleetMood: Sendable {
    /// Launches in a row that gave nothing.
    var misses = 0
    /// Since when jobs wait for an instance.
    var waitingSince: Timestamp?
    /// Nothing is launched before.
    var notBefore: Timestamp?
    /// No spot instances before, because of a quota.
    var noSpotBefore: Timestamp?
    /// The interruptions of the last hour.
    var interruptions: [Timestamp] = []
    /// What somebody must mend.
    var fault: String?
    /// How many more slots would be good to have.
    var shortage = 0
}

/// What a controller remembers of an instance; nothing that a restart may not forget.
struct InstanceWatch: Sendable {
    /// Since when its worker holds nothing.
    var idleSince: Timestamp?
    /// Since when its worker has free slots.
    var freeSince: Timestamp?
    /// Since when its worker is not listed any more.
    var endedSince: Timestamp?
    /// Whether it has had a job.
    var hasWorked = false
    /// In how many lists in a row it was missing.
    var missing = 0
    /// When it is told again to drain or to terminate.
    var repeatAt: Timestamp?
    /// How often it was told to terminate.
    var tries = 0
}

/// What a controller remembers of an open launch.
struct LaunchCall: Sendable {
    /// Whether somebody waits for EC2's answer.
    var isRunning = false
    /// Whether it was asked for before, by this controller or by an earlier one.
    var isRepeated = false
    /// Whether EC2 knows its token by another request, so that asking again tells nothing.
    var isKnown = false
    /// When it is asked for again.
    var retryAt: Timestamp?
    /// How often it was asked for.
    var tries = 0
    /// When it was asked for last.
    var lastCall: Timestamp
}
