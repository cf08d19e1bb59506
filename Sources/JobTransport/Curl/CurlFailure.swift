internal import CCurl

/// Translates libcurl's results. Source: https://curl.se/libcurl/c/libcurl-errors.html
enum CurlFailure {
    static func code(for result: CURLcode, detail: String) -> TransportError.Code {
        switch result {
        case CURLE_URL_MALFORMAT: .invalidRequest
        case CURLE_COULDNT_RESOLVE_HOST: .nameResolution
        case CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY: .proxy
        case CURLE_COULDNT_CONNECT: .connect
        case CURLE_OPERATION_TIMEDOUT: .connectTimeout  // the other timeouts are the loop's own
        case CURLE_SSL_CONNECT_ERROR: isBrokenHandshake(detail) ? .connect : .tls
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CRL_BADFILE, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT,
            CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_ENGINE_INITFAILED,
            CURLE_SSL_SHUTDOWN_FAILED, CURLE_SSL_PINNEDPUBKEYNOTMATCH:
            .tls
        case CURLE_SEND_ERROR, CURLE_SEND_FAIL_REWIND: .sendFailed
        case CURLE_RECV_ERROR: detail.contains("CONNECT tunnel") ? .proxy : .receiveFailed
        case CURLE_HTTP2, CURLE_HTTP2_STREAM: .receiveFailed
        case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING: .closedEarly
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING: .invalidResponse
        case CURLE_FILESIZE_EXCEEDED: .tooManyBytes
        default: .internalError
        }
    }

    /// libcurl's text for the result, the specific one when it left one.
    static func detail(for result: CURLcode, buffer: UnsafePointer<CChar>) -> String {
        let specific = String(cString: buffer)
        return specific.isEmpty ? String(cString: curl_easy_strerror(result)) : specific
    }

    /// A connection that breaks during the handshake is a network matter and may work next time.
    private static func isBrokenHandshake(_ detail: String) -> Bool {
        ["SSL_ERROR_SYSCALL", "SSL_ERROR_ZERO_RETURN", "Connection reset"].contains { detail.contains($0) }
    }
}
