internal import CCurl
internal import Glibc

extension CurlLoop {
    /// How many idle handles are kept with their buffers.
    private static let mostSpare = 256

    /// Gives every exchange that may run now a handle.
    func startAdmitted() {
        while let admitted = admission.admit() {
            if admitted.item.hasEnded {
                admission.release(place: admitted.place)
            } else {
                start(admitted.item, place: admitted.place)
            }
        }
    }

    private func start(_ exchange: Exchange, place: Int) {
        guard let transfer = spare.popLast() ?? Transfer(loop: self) else {
            exchange.fail(exchange.error(.internalError, "libcurl is out of memory"))
            return admission.release(place: place)
        }
        var failure = transfer.begin(exchange)
        if failure == nil {
            let code = curl_multi_add_handle(multi, transfer.easy)
            if code != CURLM_OK {
                failure = exchange.error(.internalError, String(cString: curl_multi_strerror(code)))
            }
        }
        if let failure {
            exchange.fail(failure)
            recycle(transfer, succeeded: false)
            return admission.release(place: place)
        }
        transfer.place = place
        transfers[ObjectIdentifier(exchange)] = transfer
        transfer.index = active.count
        active.append(transfer)
    }

    /// Ends the transfers that libcurl has finished.
    func finishCompleted() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE else { continue }
            var pointer: UnsafeMutableRawPointer?
            let result = jobkit_message_result(message)
            jobkit_get_pointer(message.pointee.easy_handle, CURLINFO_PRIVATE, &pointer)
            if let transfer = Transfer.from(pointer) { finish(transfer, result) }
        }
    }

    private func finish(_ transfer: Transfer, _ result: CURLcode) {
        if let exchange = transfer.exchange {
            let error = transfer.error(for: result, of: exchange)
            _ = exchange.deliver(transfer.delivery(end: error.map { .failed($0) } ?? .complete))
        }
        remove(transfer, succeeded: result == CURLE_OK)
    }

    /// Takes a transfer off the wire; a connection in the middle of a response is closed.
    func remove(_ transfer: Transfer, succeeded: Bool = false) {
        guard let exchange = transfer.exchange, transfer.index >= 0 else { return }
        curl_multi_remove_handle(multi, transfer.easy)
        transfers[ObjectIdentifier(exchange)] = nil
        let last = active.removeLast()
        if last !== transfer {
            active[transfer.index] = last
            last.index = transfer.index
        }
        transfer.index = -1
        admission.release(place: transfer.place)
        recycle(transfer, succeeded: succeeded)
    }

    private func recycle(_ transfer: Transfer, succeeded: Bool) {
        transfer.reset(keepingHabit: succeeded)
        if spare.count < Self.mostSpare { spare.append(transfer) }
    }

    /// Goes on in one direction.
    ///
    /// libcurl may call back from here, and the direction may pause again.
    func resume(_ transfer: Transfer, receiving: Bool) {
        if receiving {
            guard transfer.isReceivingPaused else { return }
            transfer.isReceivingPaused = false
        } else {
            guard transfer.isSendingPaused else { return }
            transfer.isSendingPaused = false
        }
        transfer.lastActivity = transfer.lastActivity.map { _ in now }
        expectDeadline(of: transfer)
        let result = transfer.applyPause()
        if result != CURLE_OK { finish(transfer, result) }
    }

    /// Makes sure the loop wakes when this transfer is overdue.
    func expectDeadline(of transfer: Transfer) {
        nextDeadline = min(nextDeadline, transfer.deadline(now: now))
    }

    /// Fails what is overdue.
    ///
    /// Looks at every transfer, but only when the earliest deadline known has come: activity moves deadlines away
    /// and never closer.
    func failOverdue() {
        guard nextDeadline <= now else { return }
        nextDeadline = .never
        for exchange in admission.waiting {
            if exchange.deadline <= now {
                exchange.fail(exchange.error(.timeout, "the total timeout passed in the queue"))
            } else if !exchange.hasEnded {
                nextDeadline = min(nextDeadline, exchange.deadline)
            }
        }
        for transfer in Array(active) {
            let deadline = transfer.deadline(now: now)
            if deadline <= now { failOverdue(transfer) } else { nextDeadline = min(nextDeadline, deadline) }
        }
        // At most a hundred such looks per second, however the deadlines are spread.
        if nextDeadline != .never { nextDeadline = max(nextDeadline, now.advanced(byMilliseconds: 10)) }
    }

    private func failOverdue(_ transfer: Transfer) {
        guard let exchange = transfer.exchange else { return }
        let error =
            exchange.deadline <= now
            ? exchange.error(.timeout, "it took longer than its total timeout")
            : exchange.error(.idleTimeout, "no byte moved within the idle timeout")
        _ = exchange.deliver(transfer.delivery(end: .failed(error)))
        remove(transfer)
    }

    /// Fails everything and gives every handle back.
    func tearDown(_ error: TransportError) {
        for exchange in admission.waiting { exchange.fail(exchange.error(error.code, error.detail)) }
        for transfer in Array(active) {
            transfer.exchange.map { _ = $0.fail($0.error(error.code, error.detail)) }
            remove(transfer)
        }
        spare = []
        curl_multi_cleanup(multi)
        close(epoll)
    }
}
