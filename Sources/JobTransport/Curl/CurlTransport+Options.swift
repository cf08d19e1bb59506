extension CurlTransport {
    /// Limits and habits of a transport.
    public struct Options: Sendable {
        /// Most exchanges on the wire at once; others wait.
        ///
        /// At least 1. Default 1,024.
        public var maximumConcurrent: Int
        /// Most exchanges on the wire with one origin at once, whether on connections or HTTP/2 streams; default
        /// 128.
        public var maximumConcurrentPerOrigin: Int
        /// Most connections kept open for reuse; default 256.
        public var connectionCacheSize: Int
        /// Most bytes buffered per exchange and direction before the other side has to wait; default 256 KiB.
        public var bufferBytes: Int
        /// The `User-Agent` of requests that bring none; `nil` sends none; default `JobKit`.
        public var userAgent: String?

        /// Makes a set of options.
        public init(
            maximumConcurrent: Int = 1024,
            maximumConcurrentPerOrigin: Int = 128,
            connectionCacheSize: Int = 256,
            bufferBytes: Int = 256 * 1024,
            userAgent: String? = "JobKit"
        ) {
            self.maximumConcurrent = maximumConcurrent
            self.maximumConcurrentPerOrigin = maximumConcurrentPerOrigin
            self.connectionCacheSize = connectionCacheSize
            self.bufferBytes = bufferBytes
            self.userAgent = userAgent
        }
    }
}
