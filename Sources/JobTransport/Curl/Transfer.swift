internal import CCurl

/// One easy handle and the exchange it currently performs; lives on the loop's thread only.
final class Transfer {
    let easy: UnsafeMutableRawPointer
    let errorBuffer: UnsafeMutablePointer<CChar>
    unowned let loop: CurlLoop

    private(set) var exchange: Exchange?
    /// What the handle's options are set for.
    private var habit: TransferHabit?
    /// What to give back to the admission queue.
    var place = 0
    var headerList: UnsafeMutablePointer<curl_slist>?
    var parser = ResponseHeadParser()
    var headerBytes = 0
    var bodyBytes = 0
    /// How much of a body in memory has been sent.
    var sentBytes = 0
    /// Body bytes of this round, not yet delivered.
    var received: [UInt8] = []
    /// Upper bound of the bytes that wait for the reader.
    var bufferedBytes = 0
    var hasOpening = false
    var isReceivingPaused = false
    var isSendingPaused = false
    /// Whether the loop will deliver at the end of this round.
    var isDirty = false
    var remoteAddress: ResolvedAddress?
    /// Why a callback made libcurl stop; says more than libcurl's result.
    var failure: TransportError?
    /// Set once a connection is there; the idle timeout counts from here.
    var lastActivity: MonotonicTime?
    /// Place in the loop's list, -1 when in none.
    var index = -1

    init?(loop: CurlLoop) {
        guard let easy = curl_easy_init() else { return nil }
        self.easy = easy
        self.loop = loop
        self.errorBuffer = .allocate(capacity: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headerList)
        errorBuffer.deallocate()
    }

    /// Takes up an exchange.
    func begin(_ exchange: Exchange) -> TransportError? {
        self.exchange = exchange
        errorBuffer.pointee = 0
        let result = setOptions(for: exchange)
        guard result == CURLE_OK else {
            let detail = "libcurl refused an option: \(CurlFailure.detail(for: result, buffer: errorBuffer))"
            return exchange.error(.invalidRequest, detail, curlCode: Int32(bitPattern: result.rawValue))
        }
        return nil
    }

    private func setOptions(for exchange: Exchange) -> CURLcode {
        let next = TransferHabit(exchange)
        if next != nil, next == habit { return adjust(for: exchange) }
        curl_easy_reset(easy)
        habit = next
        return configure(for: exchange)
    }

    /// Forgets the exchange; the handle keeps its buffers, and after a success its options, for the next one.
    func reset(keepingHabit: Bool) {
        if !keepingHabit || habit == nil {
            curl_easy_reset(easy)
            habit = nil
        } else if headerList != nil {
            jobkit_set_list(easy, CURLOPT_HTTPHEADER, nil)
        }
        curl_slist_free_all(headerList)
        headerList = nil
        exchange = nil
        place = 0
        parser = ResponseHeadParser()
        headerBytes = 0
        bodyBytes = 0
        sentBytes = 0
        received = []
        bufferedBytes = 0
        hasOpening = false
        isReceivingPaused = false
        isSendingPaused = false
        remoteAddress = nil
        failure = nil
        lastActivity = nil
    }

    /// The error of a finished transfer, `nil` when it succeeded.
    func error(for result: CURLcode, of exchange: Exchange) -> TransportError? {
        if let failure { return failure }
        guard result != CURLE_OK else { return nil }
        let detail = CurlFailure.detail(for: result, buffer: errorBuffer)
        return exchange.error(
            CurlFailure.code(for: result, detail: detail), detail, curlCode: Int32(bitPattern: result.rawValue))
    }

    /// When this transfer times out, given that nothing more happens.
    func deadline(now: MonotonicTime) -> MonotonicTime {
        guard let exchange else { return .never }
        guard let idle = exchange.request.timeouts.idle, var lastActivity else { return exchange.deadline }
        if isReceivingPaused || isSendingPaused { lastActivity = now }
        return min(exchange.deadline, lastActivity.advanced(byMilliseconds: idle.positiveMilliseconds))
    }

    /// What to hand over at the end of a round.
    func delivery(end: ReceiveBuffer.End?) -> Exchange.Delivery {
        var delivery = Exchange.Delivery(chunk: received, hasPaused: isReceivingPaused, end: end)
        received = []
        if parser.isComplete, !hasOpening, failure == nil {
            hasOpening = true
            delivery.opening = Exchange.Opening(
                head: parser.head, remoteAddress: remoteAddress, timings: timings(isOver: end != nil))
        }
        return delivery
    }

    /// Tells libcurl which directions are paused, after one was released.
    func applyPause() -> CURLcode {
        let bits = (isReceivingPaused ? CURLPAUSE_RECV : 0) | (isSendingPaused ? CURLPAUSE_SEND : 0)
        return curl_easy_pause(easy, bits)
    }

    private func timings(isOver: Bool) -> HTTPTimings {
        let tls = microseconds(CURLINFO_APPCONNECT_TIME_T)
        return HTTPTimings(
            nameLookup: .microseconds(microseconds(CURLINFO_NAMELOOKUP_TIME_T)),
            connect: .microseconds(microseconds(CURLINFO_CONNECT_TIME_T)),
            tls: tls > 0 ? .microseconds(tls) : nil,
            firstByte: .microseconds(microseconds(CURLINFO_STARTTRANSFER_TIME_T)),
            total: isOver ? .microseconds(microseconds(CURLINFO_TOTAL_TIME_T)) : nil)
    }

    private func microseconds(_ info: CURLINFO) -> Int {
        var value: curl_off_t = 0
        return jobkit_get_offset(easy, info, &value) == CURLE_OK ? Int(value) : 0
    }
}
