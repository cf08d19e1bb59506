internal import GRDB
internal import JobCore

/// Turns what SQLite says into what a caller of a queue can use.
struct ErrorMapping: Sendable {
    /// The file, for messages.
    let path: String

    /// The queue's error for whatever was thrown below; cancellation and the queue's own errors pass through.
    func map(_ error: any Error, _ operation: String) -> any Error {
        switch error {
        case let error as DatabaseError: map(error, operation)
        case let failure as LogFlushFailure:
            QueueError(
                failure.isFull ? .full : .failed, operation: operation,
                detail: "what was written to \(path) may not have reached the disk (\(failure.reason)); "
                    + (failure.isFull ? "free some space and try again" : "check the disk and try again"),
                underlyingCode: Int(failure.number))
        case let failure as PendingRowsFailure: map(failure.cause, operation)
        case is QueueError, is InvalidJob, is CancellationError: error
        case is StaleRow:
            QueueError(
                .failed, operation: operation,
                detail: "a row of \(path) changed during the transaction that read it; is another program "
                    + "writing to the tables of JobKit through the same connection?")
        case is UnknownCode, is JSONSyntaxError:
            QueueError(.corrupt, operation: operation, detail: "\(path) holds a row that cannot be read: \(error)")
        default:
            QueueError(.failed, operation: operation, detail: "the store \(path) failed: \(error)")
        }
    }

    /// Whether other calls of the same transaction would meet the same trouble.
    func concernsWholeStore(_ error: any Error) -> Bool {
        if let failure = error as? PendingRowsFailure { return concernsWholeStore(failure.cause) }
        guard let code = (error as? DatabaseError)?.resultCode else { return false }
        return code != .SQLITE_CONSTRAINT && code != .SQLITE_TOOBIG && code != .SQLITE_MISMATCH
            && code != .SQLITE_RANGE && code != .SQLITE_ERROR
    }

    /// The error of every call after the queue was closed.
    func closed(_ operation: String) -> QueueError {
        QueueError(.closed, operation: operation, detail: "the queue on \(path) has been closed; open it again")
    }

    private func map(_ error: DatabaseError, _ operation: String) -> QueueError {
        let (code, detail) = explain(error)
        return QueueError(
            code, operation: operation, detail: detail, underlyingCode: Int(error.extendedResultCode.rawValue))
    }

    private func explain(_ error: DatabaseError) -> (QueueError.Code, String) {
        let said = error.message ?? "no message"
        if error.extendedResultCode == .SQLITE_IOERR_SHMSIZE { return (.full, full) }
        switch error.resultCode {
        case .SQLITE_FULL: return (.full, full)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return (.busy, "others kept \(path) locked for too long; try again, or raise the busy timeout")
        case .SQLITE_READONLY:
            return (.readOnly, "\(path) cannot be written; check the permissions of the file and its folder")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            return (
                .corrupt,
                "\(path) is damaged or no SQLite database (\(said)); restore it from a backup, or name "
                    + "another file"
            )
        case .SQLITE_CANTOPEN:
            return (.unavailable, "\(path) cannot be opened; check that its folder exists and may be used")
        case .SQLITE_PERM, .SQLITE_AUTH: return (.notPermitted, "\(path) may not be used: \(said)")
        case .SQLITE_IOERR:
            return (.failed, "reading or writing \(path) failed (\(error.extendedResultCode)); check the disk")
        case .SQLITE_INTERRUPT: return (.failed, "the work on \(path) was interrupted")
        default: return (.failed, "SQLite refused the work on \(path): \(said)")
        }
    }

    private var full: String {
        "the disk of \(path) is full; nothing of this call was stored; free some space and try again"
    }
}
