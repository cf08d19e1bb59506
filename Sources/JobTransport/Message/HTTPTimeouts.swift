/// How long the parts of an exchange may take; `nil` means without limit.
///
/// Every given duration must be positive; shorter than a millisecond counts as one.
public struct HTTPTimeouts: Hashable, Sendable {
    /// Longest time from leaving the queue to a usable connection, name lookup and TLS included; default 30 seconds.
    ///
    /// Without a value libcurl's own 300 seconds apply.
    /// Source: https://curl.se/libcurl/c/CURLOPT_CONNECTTIMEOUT_MS.html
    public var connect: Duration?

    /// Longest time from ``HTTPTransport/send(_:)`` to the last byte of the body, waiting in the queue included;
    /// default none.
    public var total: Duration?

    /// Longest time without a byte in either direction once connected; default 60 seconds.
    ///
    /// Time during which the caller does not read the response, or does not supply the request body, does not count.
    public var idle: Duration?

    /// Makes a set of timeouts.
    public init(connect: Duration? = .seconds(30), total: Duration? = nil, idle: Duration? = .seconds(60)) {
        self.connect = connect
        self.total = total
        self.idle = idle
    }
}
