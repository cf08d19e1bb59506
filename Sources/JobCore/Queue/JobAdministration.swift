/// A queue whose finished jobs people can delete.
///
/// What people do to unfinished jobs are events of the lifecycle: ``JobEvent/Change/edit(_:ifVersion:)``,
/// ``JobEvent/Change/cancel(reason:)`` and ``JobEvent/Change/retry``.
public protocol JobAdministration: JobQueue {
    /// Deletes finished jobs with their logs, outputs and artifacts, all in one durable step.
    ///
    /// Deleting a job frees its id and its unique key.
    ///
    /// - Returns: for each id nothing, or why it was refused: ``TransitionRefused/unknownJob``, also for an id that
    ///   stands twice, or ``TransitionRefused/stillAlive(_:)``. A refusal keeps no other job from being deleted.
    /// - Throws: ``QueueError`` when nothing was deleted.
    func delete(_ ids: [JobID]) async throws -> [Result<Void, TransitionRefused>]
}
