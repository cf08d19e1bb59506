/// The statements that run again and again while workers wait, whatever the number of stored jobs.
///
/// Tests ask SQLite for their plans: none may scan a table or sort.
package enum PolledQueries {
    /// The statements by what they are for.
    package static let all: [String: String] = [
        "due jobs": Session.readyFrom.sql,
        "expired leases": StoreTransaction.expiredLeases.sql,
        "jobs past their deadline": StoreTransaction.pastDeadline.sql,
        "the holder of a unique key": StoreTransaction.keyHolder.sql,
        "a lane's unfinished jobs": StoreTransaction.unfinished.sql,
        "a lane's front": StoreTransaction.front.sql,
        "a lane's next job": StoreTransaction.next.sql,
        "the earliest lease": SQLiteQueue.earliestLease.sql,
        "cancel requests": SQLiteQueue.cancelled.sql,
        "jobs to prune": StoreTransaction.prunable.sql,
        "jobs for later": SQLiteQueue.later.sql,
        "leases that last": Session.lastingLeases.sql,
        "changes": Session.changesAfter.sql,
        "a token": Session.tokenByHash.sql,
        "a record": Session.oneRecord.sql,
        "records": Session.recordsAfter.sql,
    ]
}
