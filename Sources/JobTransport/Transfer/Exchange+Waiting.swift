/// Continuations to resume once the lock is free.
struct Wakeups {
    var opening: (CheckedContinuation<Exchange.Opening, any Error>, Result<Exchange.Opening, any Error>)?
    var chunk: (CheckedContinuation<[UInt8]?, any Error>, Result<[UInt8]?, any Error>)?
    var room: CheckedContinuation<Void, any Error>?
    var upload: Task<Void, Never>?

    consuming func perform() {
        if let (waiter, result) = opening { waiter.resume(with: result) }
        if let (waiter, result) = chunk { waiter.resume(with: result) }
        room?.resume(throwing: CancellationError())
        upload?.cancel()
    }
}

extension ReceiveBuffer.End {
    /// What a caller who waits for a head is told.
    var error: any Error {
        switch self {
        case .complete:
            TransportError(.internalError, operation: "receiving", detail: "the exchange ended without a response")
        case .failed(let error): error
        }
    }

    /// What a reader at the end of the chunks is told.
    var result: Result<[UInt8]?, any Error> {
        switch self {
        case .complete: .success(nil)
        case .failed(let error): .failure(error)
        }
    }
}

extension Exchange.State {
    /// The next chunk or end when there is one; otherwise keeps the reader waiting.
    mutating func takeChunk(
        or waiter: CheckedContinuation<[UInt8]?, any Error>
    ) -> (result: Result<[UInt8]?, any Error>, resumes: Bool)? {
        switch receive.next() {
        case .chunk(let chunk, let resumes):
            return (.success(chunk), resumes)
        case .ended(let end):
            return (end.result, false)
        case .wait:
            guard chunkWaiter == nil else {
                let detail = "the body is being read by another task"
                let error = TransportError(.invalidRequest, operation: "reading a body", detail: detail)
                return (.failure(error), false)
            }
            chunkWaiter = waiter
            return nil
        }
    }

    /// Who can go on, given what is here now.
    ///
    mutating func wakeups() -> Wakeups {
        var wakeups = Wakeups()
        if let waiter = openingWaiter {
            if let opening {
                wakeups.opening = (waiter, .success(opening))
            } else if let end = receive.end {
                wakeups.opening = (waiter, .failure(end.error))
            }
            if wakeups.opening != nil { openingWaiter = nil }
        }
        if let waiter = chunkWaiter {
            chunkWaiter = nil
            if let ready = takeChunk(or: waiter) { wakeups.chunk = (waiter, ready.result) }
        }
        if receive.end != nil {
            wakeups.room = roomWaiter
            wakeups.upload = upload
            roomWaiter = nil
            upload = nil
        }
        return wakeups
    }
}
