internal import CCurl

/// The installed libcurl: initialised once, and checked for what the transport relies on.
enum CurlLibrary {
    /// 7.85 brought CURLOPT_PROTOCOLS_STR. Source: https://curl.se/libcurl/c/CURLOPT_PROTOCOLS_STR.html
    private static let oldestVersion: UInt32 = 0x075500

    /// 7.87 brought CURLOPT_QUICK_EXIT. Source: https://curl.se/libcurl/c/CURLOPT_QUICK_EXIT.html
    static let hasQuickExit = versionInfo().version_num >= 0x075700

    /// The reason why this libcurl cannot be used; `nil` when it can.
    static let problem: TransportError? = initialise()

    /// Version, TLS backend and HTTP/2 support, for example `libcurl 7.88.1, OpenSSL/3.0.19, HTTP/2`.
    static var description: String {
        let info = versionInfo()
        let tls = info.ssl_version.map { String(cString: $0) } ?? "no TLS"
        let http2 = info.features & CURL_VERSION_HTTP2 != 0 ? "HTTP/2" : "no HTTP/2"
        return "libcurl \(version(info)), \(tls), \(http2)"
    }

    static func check() throws(TransportError) {
        if let problem { throw problem }
    }

    private static func initialise() -> TransportError? {
        let info = versionInfo()
        let operation = "using libcurl \(version(info))"
        guard info.version_num >= oldestVersion else {
            return TransportError(.unsupportedLibrary, operation: operation, detail: "it is older than 7.85")
        }
        guard info.features & CURL_VERSION_THREADSAFE != 0 else {
            return TransportError(
                .unsupportedLibrary, operation: operation, detail: "its initialisation is not thread-safe")
        }
        let code = curl_global_init(Int(CURL_GLOBAL_ALL))
        guard code == CURLE_OK else {
            return TransportError(
                .unsupportedLibrary, operation: operation, detail: "it cannot be initialised",
                curlCode: Int32(bitPattern: code.rawValue))
        }
        return nil
    }

    private static func versionInfo() -> curl_version_info_data {
        jobkit_version_info().pointee
    }

    private static func version(_ info: curl_version_info_data) -> String {
        info.version.map { String(cString: $0) } ?? "of unknown version"
    }
}
