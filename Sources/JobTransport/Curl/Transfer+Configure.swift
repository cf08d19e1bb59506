internal import CCurl

extension Transfer {
    /// Bodies up to this size are given to libcurl whole, which sends them together with the headers.
    static let copiedBodyBytes = 256 * 1024

    /// Sets what differs between requests of the same habit.
    ///
    /// Returns the first refusal.
    func adjust(for exchange: Exchange) -> CURLcode {
        var options = EasyOptions(easy: easy)
        options.set(CURLOPT_URL, exchange.target.string)
        setMethodAndBody(exchange.request, &options)
        setHeaders(exchange.request, &options)
        return options.result
    }

    /// Sets every option of a request on a reset handle.
    ///
    /// Returns the first refusal.
    func configure(for exchange: Exchange) -> CURLcode {
        let request = exchange.request
        var options = EasyOptions(easy: easy)
        options.set(CURLOPT_PRIVATE, pointer)
        options.set(CURLOPT_ERRORBUFFER, errorBuffer)
        options.set(CURLOPT_NOSIGNAL, 1)
        options.set(CURLOPT_PROTOCOLS_STR, "http,https")
        options.set(CURLOPT_FOLLOWLOCATION, 0)
        options.set(CURLOPT_PATH_AS_IS, 1)
        options.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        options.set(CURLOPT_TCP_KEEPALIVE, 1)
        // A slow name lookup must not block the loop when its transfer is cancelled.
        if CurlLibrary.hasQuickExit { options.set(CURLOPT_QUICK_EXIT, 1) }
        if !request.reusesConnection { options.set(CURLOPT_FRESH_CONNECT, 1) }
        if request.decodesContent { options.set(CURLOPT_ACCEPT_ENCODING, "") }
        if let path = request.unixSocketPath { options.set(CURLOPT_UNIX_SOCKET_PATH, path) }
        if let connect = request.timeouts.connect {
            options.set(CURLOPT_CONNECTTIMEOUT_MS, min(connect.positiveMilliseconds, Int(Int32.max)))
        }
        setVersion(request.version, isSecure: exchange.target.scheme == "https", &options)
        if exchange.target.scheme == "https" { setTLS(request.tls, &options) }
        setProxy(request.proxy, &options)
        setCallbacks(&options)
        return options.result == CURLE_OK ? adjust(for: exchange) : options.result
    }

    private func setVersion(_ version: HTTPVersionPreference, isSecure: Bool, _ options: inout EasyOptions) {
        switch version {
        case .automatic:
            options.set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
            // Rather wait for a connection that may multiplex than open one per request of a burst.
            if isSecure { options.set(CURLOPT_PIPEWAIT, 1) }
        case .http1:
            options.set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        case .http2PriorKnowledge:
            options.set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE)
            options.set(CURLOPT_PIPEWAIT, 1)
        }
    }

    private func setTLS(_ tls: TLSOptions, _ options: inout EasyOptions) {
        options.set(CURLOPT_SSL_VERIFYPEER, 1)
        options.set(CURLOPT_SSL_VERIFYHOST, 2)
        let minimum = tls.minimumVersion == .tls13 ? CURL_SSLVERSION_TLSv1_3 : CURL_SSLVERSION_TLSv1_2
        options.set(CURLOPT_SSLVERSION, minimum)
        if tls.authorityFile != nil || tls.authorityDirectory != nil {
            options.set(CURLOPT_CAINFO, tls.authorityFile)
            options.set(CURLOPT_CAPATH, tls.authorityDirectory)
            options.keepNoAuthorities()
        }
        if let certificate = tls.clientCertificate {
            options.set(CURLOPT_SSLCERT, certificate.certificatePath)
            options.set(CURLOPT_SSLKEY, certificate.keyPath)
        }
    }

    /// An empty string keeps libcurl from looking at the environment.
    /// Source: https://curl.se/libcurl/c/CURLOPT_PROXY.html
    private func setProxy(_ proxy: HTTPProxy, _ options: inout EasyOptions) {
        switch proxy {
        case .environment: return
        case .direct: options.set(CURLOPT_PROXY, "")
        case .url(let url): options.set(CURLOPT_PROXY, url)
        }
        options.set(CURLOPT_NOPROXY, "")
    }

    private func setMethodAndBody(_ request: HTTPRequest, _ options: inout EasyOptions) {
        switch request.body.content {
        case .none:
            setMethodWithoutBody(request.method, &options)
            return
        case .bytes(let bytes) where bytes.isEmpty && request.method == .head:
            setMethodWithoutBody(request.method, &options)
            return
        case .bytes(let bytes) where bytes.count <= Self.copiedBodyBytes:
            options.setCopiedBody(bytes)
        case .bytes, .stream:
            options.set(CURLOPT_UPLOAD, 1)
            options.set(CURLOPT_INFILESIZE_LARGE, offset: curl_off_t(request.body.length ?? -1))
        }
        options.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    }

    private func setMethodWithoutBody(_ method: HTTPMethod, _ options: inout EasyOptions) {
        switch method {
        case .get:
            options.set(CURLOPT_HTTPGET, 1)
        case .head:
            options.set(CURLOPT_NOBODY, 1)
        case .post, .put, .patch:
            // RFC 9110 §8.6: a method that anticipates a body says that there is none.
            options.setCopiedBody([])
            options.set(CURLOPT_CUSTOMREQUEST, method.rawValue)
        default:
            options.set(CURLOPT_HTTPGET, 1)
            options.set(CURLOPT_CUSTOMREQUEST, method.rawValue)
        }
    }

    /// "Name;" sends an empty value, "Name:" suppresses a field that libcurl would add.
    /// Source: https://curl.se/libcurl/c/CURLOPT_HTTPHEADER.html
    private func setHeaders(_ request: HTTPRequest, _ options: inout EasyOptions) {
        for field in request.headers where !field.isNamed("Content-Length") {
            appendHeader(
                field.value.allSatisfy { $0 == " " || $0 == "\t" } ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        if !request.body.isEmpty || [.post, .put, .patch].contains(request.method) {
            if !request.headers.contains("Expect") { appendHeader("Expect:") }
            if !request.headers.contains("Content-Type") { appendHeader("Content-Type:") }
        }
        if let headerList { options.set(CURLOPT_HTTPHEADER, headerList) }
        if !request.headers.contains("User-Agent"), let agent = loop.options.userAgent {
            options.set(CURLOPT_USERAGENT, agent)
        }
    }

    private func appendHeader(_ line: String) {
        headerList = curl_slist_append(headerList, line) ?? headerList
    }
}

/// Sets options one after the other and remembers the first refusal.
struct EasyOptions {
    let easy: UnsafeMutableRawPointer
    private(set) var result = CURLE_OK

    init(easy: UnsafeMutableRawPointer) {
        self.easy = easy
    }

    mutating func set(_ option: CURLoption, _ value: Int) { note(jobkit_set_long(easy, option, value)) }
    mutating func set(_ option: CURLoption, _ value: String?) { note(jobkit_set_string(easy, option, value)) }
    mutating func set(_ option: CURLoption, offset: curl_off_t) { note(jobkit_set_offset(easy, option, offset)) }
    mutating func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer) {
        note(jobkit_set_pointer(easy, option, value))
    }
    mutating func set(_ option: CURLoption, _ value: UnsafeMutablePointer<CChar>) {
        note(jobkit_set_pointer(easy, option, value))
    }
    mutating func set(_ option: CURLoption, _ list: UnsafeMutablePointer<curl_slist>) {
        note(jobkit_set_list(easy, option, list))
    }

    /// Has authorities that were named read for each connection: they are few, and may be exchanged.
    mutating func keepNoAuthorities() { note(jobkit_keep_no_authorities(easy)) }

    /// libcurl copies the bytes; the size must be set first.
    /// Source: https://curl.se/libcurl/c/CURLOPT_COPYPOSTFIELDS.html
    mutating func setCopiedBody(_ bytes: [UInt8]) {
        set(CURLOPT_POSTFIELDSIZE_LARGE, offset: curl_off_t(bytes.count))
        bytes.withUnsafeBytes { buffer in
            var empty: UInt8 = 0
            withUnsafeMutableBytes(of: &empty) { nothing in
                let start = UnsafeMutableRawPointer(mutating: buffer.baseAddress) ?? nothing.baseAddress
                note(jobkit_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, start))
            }
        }
    }

    mutating func note(_ code: CURLcode) {
        if result == CURLE_OK { result = code }
    }
}
