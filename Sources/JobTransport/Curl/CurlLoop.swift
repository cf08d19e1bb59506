internal import CCurl
internal import Glibc

/// The event loop: one `curl_multi` handle on epoll, confined to one thread.
///
/// Each round handles ready sockets, commands, timers and finished transfers, and then delivers once to every
/// exchange that was touched, so a small response wakes its task once.
/// Source: https://curl.se/libcurl/c/curl_multi_socket_action.html
final class CurlLoop {
    let mailbox: Mailbox
    let options: CurlTransport.Options
    let multi: UnsafeMutableRawPointer
    let epoll: Int32
    /// The start of the current round.
    var now = MonotonicTime.now()
    /// When libcurl wants to be called although no socket is ready.
    var timer = MonotonicTime.never
    /// No transfer times out before this.
    var nextDeadline = MonotonicTime.never
    var admission: AdmissionQueue<Exchange>
    var transfers: [ObjectIdentifier: Transfer] = [:]
    var active: [Transfer] = []
    var spare: [Transfer] = []
    /// What epoll watches of the sockets that our own callbacks open and close.
    var interest: [Int32: Interest] = [:]
    private var addresses: [String: ResolvedAddress] = [:]
    private var dirty: [Transfer] = []
    private var commands: [Mailbox.Command] = []
    private var isDraining = false
    private var isStopped = false

    /// Runs a loop until it is told to end, then closes the mailbox.
    ///
    /// Call it on a thread of its own.
    static func run(mailbox: Mailbox, options: CurlTransport.Options) {
        var failure = TransportError(.shutDown, operation: "sending", detail: "the transport was shut down")
        if let loop = CurlLoop(mailbox: mailbox, options: options) {
            loop.run()
            loop.tearDown(failure)
        } else {
            failure = TransportError(.internalError, operation: "starting", detail: "libcurl or epoll cannot start")
        }
        for case .start(let exchange) in mailbox.closeForGood() { exchange.fail(failure) }
    }

    private init?(mailbox: Mailbox, options: CurlTransport.Options) {
        guard let multi = curl_multi_init() else { return nil }
        self.mailbox = mailbox
        self.options = options
        self.multi = multi
        self.epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        self.admission = AdmissionQueue(
            maximum: options.maximumConcurrent, maximumPerOrigin: options.maximumConcurrentPerOrigin)
        guard epoll >= 0, watch(mailbox.bell, CURL_POLL_IN, isKnown: false) else {
            curl_multi_cleanup(multi)
            if epoll >= 0 { close(epoll) }
            return nil
        }
        setMultiOptions()
    }

    private func run() {
        var events = [epoll_event](repeating: epoll_event(), count: 256)
        while !isStopped, !(isDraining && transfers.isEmpty && admission.isIdle) {
            let wait = mailbox.maySleep() ? sleepMilliseconds() : 0
            let count = epoll_wait(epoll, &events, Int32(events.count), wait)
            now = .now()
            for event in events.prefix(Int(max(0, count))) { handle(event) }
            mailbox.take(into: &commands)
            for command in commands { perform(command) }
            commands.removeAll(keepingCapacity: true)
            startAdmitted()
            runTimer()
            finishCompleted()
            failOverdue()
            deliver()
            startAdmitted()  // into the places that became free
        }
    }

    private func sleepMilliseconds() -> Int32 {
        let next = min(timer, nextDeadline)
        return next == .never ? -1 : now.milliseconds(until: next)
    }

    private func handle(_ event: epoll_event) {
        let descriptor = event.data.fd
        guard !forgetIfIdle(descriptor) else { return }
        guard descriptor != mailbox.bell else {
            mailbox.silence()
            return
        }
        var bits: Int32 = 0
        if event.events & EPOLLIN.rawValue != 0 { bits |= CURL_CSELECT_IN }
        if event.events & EPOLLOUT.rawValue != 0 { bits |= CURL_CSELECT_OUT }
        if event.events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { bits |= CURL_CSELECT_ERR }
        var running: Int32 = 0
        curl_multi_socket_action(multi, descriptor, bits, &running)
    }

    private func perform(_ command: Mailbox.Command) {
        switch command {
        case .start(let exchange):
            admission.enqueue(exchange, origin: exchange.origin)
            if exchange.deadline < nextDeadline { nextDeadline = exchange.deadline }
        case .cancel(let exchange):
            if let transfer = transfers[ObjectIdentifier(exchange)] { remove(transfer) }
        case .resumeReceiving(let exchange):
            guard let transfer = transfers[ObjectIdentifier(exchange)] else { return }
            transfer.bufferedBytes = options.bufferBytes / 2
            resume(transfer, receiving: true)
        case .resumeSending(let exchange):
            guard let transfer = transfers[ObjectIdentifier(exchange)] else { return }
            resume(transfer, receiving: false)
        case .drain:
            isDraining = true
        case .stop:
            isStopped = true
        }
    }

    private func runTimer() {
        guard timer <= now else { return }
        timer = .never
        var running: Int32 = 0
        curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running)
    }

    /// The parsed form of an address; the few that are in use are remembered.
    func address(_ ip: UnsafePointer<CChar>, port: Int) -> ResolvedAddress? {
        let text = String(cString: ip)
        if let known = addresses[text], known.port == port { return known }
        let address = ResolvedAddress(text, port: port)
        if addresses.count >= 64 { addresses.removeAll() }
        addresses[text] = address
        return address
    }

    /// Marks a transfer for the delivery at the end of this round.
    func deliverLater(_ transfer: Transfer) {
        guard !transfer.isDirty else { return }
        transfer.isDirty = true
        dirty.append(transfer)
    }

    private func deliver() {
        // Going on after a pause may deliver more, and so lengthen the list.
        var index = 0
        while index < dirty.count {
            let transfer = dirty[index]
            index += 1
            transfer.isDirty = false
            guard let exchange = transfer.exchange else { continue }
            let (resumes, bufferedBytes) = exchange.deliver(transfer.delivery(end: nil))
            transfer.bufferedBytes = bufferedBytes
            if resumes { resume(transfer, receiving: true) }
        }
        dirty.removeAll(keepingCapacity: true)
    }
}
