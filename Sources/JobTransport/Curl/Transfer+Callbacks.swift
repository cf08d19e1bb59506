internal import CCurl
internal import Glibc

extension Transfer {
    /// How callbacks find the transfer.
    ///
    /// The loop keeps it alive while the handle is in use.
    var pointer: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    static func from(_ pointer: UnsafeMutableRawPointer?) -> Transfer? {
        pointer.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    func setCallbacks(_ options: inout EasyOptions) {
        options.note(
            jobkit_set_data_function(easy, CURLOPT_HEADERFUNCTION) { data, size, count, target in
                Transfer.from(target)?.receiveHeader(UnsafeRawBufferPointer(start: data, count: size * count)) ?? 0
            })
        options.note(
            jobkit_set_data_function(easy, CURLOPT_WRITEFUNCTION) { data, size, count, target in
                Transfer.from(target)?.receiveBody(UnsafeRawBufferPointer(start: data, count: size * count)) ?? 0
            })
        options.note(
            jobkit_set_data_function(easy, CURLOPT_READFUNCTION) { data, size, count, target in
                let buffer = UnsafeMutableRawBufferPointer(start: data, count: size * count)
                return Transfer.from(target)?.sendBody(into: buffer) ?? Int(CURL_READFUNC_ABORT)
            })
        options.note(
            jobkit_set_seek_function(easy) { target, offset, origin in
                Transfer.from(target)?.rewind(to: offset, origin: origin) ?? CURL_SEEKFUNC_FAIL
            })
        options.note(
            jobkit_set_open_socket_function(easy) { target, _, address in
                guard let address else { return -1 }
                return Transfer.from(target)?.openSocket(address) ?? -1
            })
        options.note(
            jobkit_set_close_socket_function(easy) { loop, descriptor in
                if let loop = CurlLoop.from(loop) { loop.interest.removeValue(forKey: descriptor) }
                return close(descriptor)
            })
        options.set(CURLOPT_CLOSESOCKETDATA, Unmanaged.passUnretained(loop).toOpaque())
        options.note(
            jobkit_set_prereq_function(easy) { target, remote, _, port, _ in
                guard let transfer = Transfer.from(target), let remote else { return CURL_PREREQFUNC_ABORT }
                return transfer.connected(to: remote, port: Int(port))
            })
        for option in [
            CURLOPT_HEADERDATA, CURLOPT_WRITEDATA, CURLOPT_READDATA, CURLOPT_SEEKDATA, CURLOPT_OPENSOCKETDATA,
            CURLOPT_PREREQDATA,
        ] {
            options.set(option, pointer)
        }
    }

    // MARK: Receiving

    private func receiveHeader(_ line: UnsafeRawBufferPointer) -> Int {
        guard let exchange else { return 0 }
        lastActivity = loop.now
        headerBytes += line.count
        guard headerBytes <= exchange.request.maximumHeaderBytes else {
            let limit = exchange.request.maximumHeaderBytes
            return refuse(exchange.error(.headersTooLarge, "the headers have more than \(limit) bytes"))
        }
        guard parser.consume(line) else { return line.count }
        if let limit = exchange.request.maximumResponseBytes, exchange.request.method != .head,
            let announced = parser.head.headers["Content-Length"].flatMap({ Int($0) }), announced > limit
        {
            return refuse(exchange.error(.tooManyBytes, "the body has \(announced) bytes, the limit is \(limit)"))
        }
        loop.deliverLater(self)
        return line.count
    }

    private func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard let exchange else { return 0 }
        lastActivity = loop.now
        if received.count + bufferedBytes >= loop.options.bufferBytes {
            isReceivingPaused = true
            loop.deliverLater(self)
            return Int(CURL_WRITEFUNC_PAUSE)
        }
        bodyBytes += bytes.count
        if let limit = exchange.request.maximumResponseBytes, bodyBytes > limit {
            return refuse(exchange.error(.tooManyBytes, "the body has more than \(limit) bytes"))
        }
        received.append(contentsOf: bytes)
        loop.deliverLater(self)
        return bytes.count
    }

    /// Any other count than the one given makes libcurl stop.
    private func refuse(_ error: TransportError) -> Int {
        failure = error
        return 0
    }

    // MARK: Sending

    private func sendBody(into target: UnsafeMutableRawBufferPointer) -> Int {
        guard let exchange else { return Int(CURL_READFUNC_ABORT) }
        lastActivity = loop.now
        if case .bytes(let bytes) = exchange.request.body.content {
            let part = bytes[sentBytes..<min(bytes.count, sentBytes + target.count)]
            return send(part, into: target)
        }
        switch exchange.takeUpload(atMost: target.count) {
        case .bytes(let part, _):
            return send(part, into: target)
        case .finished:
            return 0
        case .starved:
            isSendingPaused = true
            return Int(CURL_READFUNC_PAUSE)
        }
    }

    private func send(_ part: ArraySlice<UInt8>, into target: UnsafeMutableRawBufferPointer) -> Int {
        target.copyBytes(from: part)
        sentBytes += part.count
        return part.count
    }

    /// libcurl goes back to the start when a reused connection turns out dead; a stream can only do so unused.
    private func rewind(to offset: curl_off_t, origin: Int32) -> Int32 {
        guard origin == SEEK_SET, offset >= 0, let exchange else { return CURL_SEEKFUNC_FAIL }
        if case .bytes(let bytes) = exchange.request.body.content, offset <= bytes.count {
            sentBytes = Int(offset)
            return CURL_SEEKFUNC_OK
        }
        return Int(offset) == sentBytes ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
    }

    // MARK: Connecting

    private func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        guard let exchange, failure == nil else { return -1 }
        if exchange.request.unixSocketPath == nil, let resolved = ResolvedAddress(address), !isAllowed(resolved) {
            return -1
        }
        // Without CLOEXEC a command started by a job would inherit the connection.
        let type = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.pointee.family, type, address.pointee.protocol)
        if descriptor >= 0 { loop.interest[descriptor] = CurlLoop.Interest() }
        return descriptor
    }

    /// Called before each request on its connection, also on a reused one.
    /// Source: https://curl.se/libcurl/c/CURLOPT_PREREQFUNCTION.html
    private func connected(to ip: UnsafePointer<CChar>, port: Int) -> Int32 {
        lastActivity = loop.now
        guard exchange?.request.unixSocketPath == nil else { return CURL_PREREQFUNC_OK }
        remoteAddress = loop.address(ip, port: port)
        loop.expectDeadline(of: self)
        guard failure == nil, let exchange else { return CURL_PREREQFUNC_ABORT }
        guard exchange.request.addressPolicy != nil else { return CURL_PREREQFUNC_OK }
        guard let remoteAddress else {
            failure = exchange.error(.destinationRefused, "the connection's address is unknown")
            return CURL_PREREQFUNC_ABORT
        }
        return isAllowed(remoteAddress) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
    }

    private func isAllowed(_ address: ResolvedAddress) -> Bool {
        guard let exchange, let policy = exchange.request.addressPolicy, !policy(address) else { return true }
        failure = exchange.error(.destinationRefused, "the policy does not allow \(address.ip)")
        return false
    }
}

extension ResolvedAddress {
    /// Reads the address that libcurl is about to connect to; `nil` for other families than IP.
    fileprivate init?(_ address: UnsafeMutablePointer<curl_sockaddr>) {
        guard let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return nil }
        let raw = UnsafeRawPointer(address) + offset
        switch address.pointee.family {
        case AF_INET:
            let inet = raw.loadUnaligned(as: sockaddr_in.self)
            self.init(
                bytes: withUnsafeBytes(of: inet.sin_addr) { Array($0) }, port: Int(UInt16(bigEndian: inet.sin_port)))
        case AF_INET6:
            let inet = raw.loadUnaligned(as: sockaddr_in6.self)
            self.init(
                bytes: withUnsafeBytes(of: inet.sin6_addr) { Array($0) }, port: Int(UInt16(bigEndian: inet.sin6_port)))
        default:
            return nil
        }
    }
}
