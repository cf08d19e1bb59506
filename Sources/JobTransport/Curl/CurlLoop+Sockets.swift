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
            guard let pointer else { return -1 }
            let loop = Unmanaged<CurlLoop>.fromOpaque(pointer).takeUnretainedValue()
            loop.interestChanged(descriptor, what, isKnown: known != nil)
            return 0
        }
        jobkit_multi_set_timer_function(multi) { _, milliseconds, pointer in
            guard let pointer else { return -1 }
            let loop = Unmanaged<CurlLoop>.fromOpaque(pointer).takeUnretainedValue()
            loop.timer = milliseconds < 0 ? .never : loop.now.advanced(byMilliseconds: milliseconds)
            return 0
        }
    }

    private func interestChanged(_ descriptor: Int32, _ what: Int32, isKnown: Bool) {
        guard what != CURL_POLL_REMOVE else {
            epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nil)
            return
        }
        // Any non-null value marks the socket as known in the next call.
        if watch(descriptor, what, isKnown: isKnown), !isKnown {
            curl_multi_assign(multi, descriptor, Unmanaged.passUnretained(self).toOpaque())
        }
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
