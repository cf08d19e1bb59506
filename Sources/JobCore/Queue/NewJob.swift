/// A job to be stored, with the identity that makes storing it repeatable.
public struct NewJob: Hashable, Sendable {
    /// The identity: enqueuing the same id again returns the stored job and changes nothing.
    public let id: JobID
    /// What to do.
    public var spec: JobSpec
    /// Whether the id was made with this value, so that a store knows it only if this value was stored before.
    ///
    /// Queues may then store the job without looking for it first, and look when that fails. Not a part of what is equal.
    package let hasFreshID: Bool

    /// Makes a job to be stored, under a new id.
    ///
    /// The specification is not checked here; job files and API bodies are checked by ``JobSpec/init(json:)``, and
    /// values made in code by ``JobSpec/validate()``, which queues call.
    public init(_ spec: JobSpec) {
        id = JobID()
        self.spec = spec
        hasFreshID = true
    }

    /// Makes a job to be stored under an id, which may be one that was used before; see ``init(_:)``.
    public init(_ spec: JobSpec, id: JobID) {
        self.id = id
        self.spec = spec
        hasFreshID = false
    }

    /// Whether both have the same id and specification.
    public static func == (one: NewJob, other: NewJob) -> Bool {
        one.id == other.id && one.spec == other.spec
    }

    /// Feeds the id and the specification to a hasher.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        hasher.combine(spec)
    }
}

extension [NewJob] {
    /// Checks all specifications, as every queue does before it stores anything.
    ///
    /// The paths of the faults begin with the entry's place, such as `jobs[3].queue`, unless there is only one entry.
    ///
    /// - Throws: ``InvalidJob`` naming the offending fields of all entries.
    public func validate() throws(InvalidJob) {
        var issues: [FieldIssue] = []
        for (index, new) in enumerated() {
            do throws(InvalidJob) {
                try new.spec.validate()
            } catch {
                issues.append(contentsOf: count == 1 ? error.issues : error.prefixed("jobs[\(index)]").issues)
            }
        }
        if !issues.isEmpty { throw InvalidJob(issues: issues) }
    }
}
