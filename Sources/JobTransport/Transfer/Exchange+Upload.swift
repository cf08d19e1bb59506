internal import Synchronization

extension Exchange {
    /// Starts feeding a stream body to the loop.
    ///
    /// Not a child of the calling task, because the response may be handed out, and read, while the body is still
    /// being sent. The exchange owns it: whatever ends the exchange cancels it.
    func startUpload() {
        guard case .stream(let produce, _) = request.body.content else { return }
        let upload = Task { [self] in
            do {
                try await produce { chunk in try await offer(chunk) }
                try finishUpload()
            } catch {
                failUpload(error)
            }
        }
        let isOver = state.withLock { state in
            if state.receive.end == nil { state.upload = upload }
            return state.receive.end != nil
        }
        if isOver { upload.cancel() }
    }

    /// Gives request body bytes to the loop, and lets the producer go on when there is room again.
    func takeUpload(atMost limit: Int) -> SendBuffer.Take {
        let (take, waiter) = state.withLock { state in
            let take = state.send.take(atMost: limit)
            guard case .bytes(_, wakes: true) = take else {
                return (take, CheckedContinuation<Void, any Error>?.none)
            }
            defer { state.roomWaiter = nil }
            return (take, state.roomWaiter)
        }
        waiter?.resume()
        return take
    }

    private func offer(_ chunk: [UInt8]) async throws {
        switch state.withLock({ $0.send.offer(chunk) }) {
        case .tooLong:
            throw error(.bodyFailed, "the body's stream has more bytes than the length given")
        case .taken(let resumes, let waits):
            if resumes { mailbox.post(.resumeSending(self)) }
            if waits { try await waitForRoom() }
        }
    }

    private func waitForRoom() async throws {
        try await withCheckedThrowingContinuation { continuation in
            let ready: Result<Void, any Error>? = state.withLock { state in
                if state.receive.end != nil { return .failure(CancellationError()) }
                if state.send.hasRoom { return .success(()) }
                state.roomWaiter = continuation
                return nil
            }
            if let ready { continuation.resume(with: ready) }
        }
    }

    private func finishUpload() throws(TransportError) {
        guard let resumes = state.withLock({ $0.send.finish() }) else {
            throw error(.bodyFailed, "the body's stream has fewer bytes than the length given")
        }
        if resumes { mailbox.post(.resumeSending(self)) }
    }

    private func failUpload(_ reason: any Error) {
        let failure = reason as? TransportError ?? error(.bodyFailed, "the body's stream threw an error", cause: reason)
        if fail(failure) { mailbox.post(.cancel(self)) }
    }
}
