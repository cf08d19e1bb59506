public import JobCore

/// Judges instances that bear our tag and that no record knows: a pure rule.
///
/// In two phases: first such an instance is tagged, and only a later look that finds the tag terminates it. So a list
/// or a record that comes late costs an instance nothing.
public enum OrphanRule {
    /// What is to be done with an instance.
    public enum Verdict: Hashable, Sendable {
        /// It is too young, or ends by itself.
        case wait
        /// It is to be tagged as an orphan.
        case tag
        /// It is to be terminated.
        case terminate(why: String)
    }

    /// Judges an instance that no record knows.
    ///
    /// - Parameters:
    ///   - instance: the instance; one without the owner's tag is left alone.
    ///   - owner: the installation.
    ///   - grace: how old it must be, and how long its tag.
    ///   - now: the time.
    public static func judge(
        _ instance: CloudInstance, owner: String, grace: Duration, at now: Timestamp
    ) -> Verdict {
        guard instance.tags[FleetTag.owner] == owner, instance.exists else { return .wait }
        let expires = instance.tags[FleetTag.expires].flatMap(Timestamp.init)
        if let expires, expires + grace < now { return .terminate(why: "it should be gone since \(expires)") }
        guard now - instance.launchedAt > grace else { return .wait }
        guard let tagged = instance.tags[FleetTag.orphan] else { return .tag }
        // A tag that is no time was not ours; the instance's age has been looked at.
        guard let since = Timestamp(tagged) else { return .terminate(why: "it is tagged as an orphan") }
        // At least one other sweep lies between.
        return now - since >= .seconds(5) ? .terminate(why: "no record knows it since \(since)") : .wait
    }

    /// Whether a launch template is left over: its launch is settled or not known, and it is not new.
    public static func isStray(
        _ template: CloudTemplate, isOpen: (String) -> Bool, grace: Duration, at now: Timestamp
    ) -> Bool {
        guard now - template.createdAt > grace else { return false }
        return template.launch.map { !isOpen($0) } ?? true
    }
}
