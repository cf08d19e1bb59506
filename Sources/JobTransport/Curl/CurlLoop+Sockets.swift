internal import CCurl
internal import Glibc

extension CurlLoop {
    func setMultiOptions() {
        let pointer = Unmanaged.passUnretained(self).toOpaque()
        jobkit_multi_set_long(multi, CURLMOPT_MAXCONNECTS, options.connectionCacheSize)
        jobkit_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        jobkit_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, pointer)
        jobkit_multi_set_pointer(multi, CURLMOPT_TIMERDATA, pointer)
        jobkit_multi_set_socket_function(multi) { _, descriptor, what, pointer, known in
            guard let loop = CurlLoop.from(pointer) else { return -1 }
            loop.interestChanged(descriptor, what, isKnown: known != nil)
            return 0
        }
        jobkit_multi_set_timer_function(multi) { _, milliseconds, pointer in
            guard let loop = CurlLoop.from(pointer) else { return -1 }
            loop.timer = milliseconds < 0 ? .never : loop.now.advanced(byMilliseconds: milliseconds)
            return 0
        }
    }

    static func from(_ pointer: UnsafeMutableRawPointer?) -> CurlLoop? {
        pointer.map { Unmanaged<CurlLoop>.fromOpaque($0).takeUnretainedValue() }
    }

    private func interestChanged(_ descriptor: Int32, _ what: Int32, isKnown: Bool) {
        if let interest = interest[descriptor] {
            let isWatched = what == CURL_POLL_REMOVE || what == interest.watched
            let watched = isWatched || watch(descriptor, what, isKnown: interest.watched != 0) ? what : 0
            self.interest[descriptor] = interest.changed(to: what, watched: watched)
        } else if what == CURL_POLL_REMOVE {
            epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nil)
        } else if watch(descriptor, what, isKnown: isKnown), !isKnown {
            // Any non-null value marks the socket as known in the next call.
            curl_multi_assign(multi, descriptor, Unmanaged.passUnretained(self).toOpaque())
        }
    }

    /// Takes a socket off epoll that became ready although libcurl does not wait for it; returns whether it did.
    func forgetIfIdle(_ descriptor: Int32) -> Bool {
        guard let interest = interest[descriptor], interest.wanted == CURL_POLL_REMOVE else { return false }
        epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nil)
        self.interest[descriptor] = Interest()
        return true
    }

    /// Tells epoll which readiness matters.
    func watch(_ descriptor: Int32, _ what: Int32, isKnown: Bool) -> Bool {
        var event = epoll_event()
        if what & CURL_POLL_IN != 0 { event.events |= EPOLLIN.rawValue }
        if what & CURL_POLL_OUT != 0 { event.events |= EPOLLOUT.rawValue }
        event.data.fd = descriptor
        if epoll_ctl(epoll, isKnown ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, &event) == 0 { return true }
        // libcurl may have closed a socket and opened another of the same number in between.
        return epoll_ctl(epoll, isKnown ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event) == 0
    }
}

extension CurlLoop {
    /// What libcurl wants to know of a socket, and what epoll watches.
    ///
    /// They differ while a connection is idle: libcurl loses interest after each response, and taking the socket off
    /// epoll and putting it back would cost two system calls a request.
    struct Interest {
        /// A `CURL_POLL_` value.
        private(set) var wanted = CURL_POLL_REMOVE
        /// The same, or 0 when epoll does not have the socket.
        private(set) var watched: Int32 = 0

        func changed(to wanted: Int32, watched: Int32) -> Interest {
            var interest = self
            interest.wanted = wanted
            if wanted != CURL_POLL_REMOVE { interest.watched = watched }
            return interest
        }
    }
}
