public import JobCore

extension JobService {
    /// What a service lets its callers do.
    public struct Configuration: Sendable {
        /// Whether callers must show a token.
        public var access: AccessPolicy
        /// Without tokens: the host names under which the service may be asked for; nil for any.
        ///
        /// Names of one's own keep out pages whose name was made to point at this machine.
        public var hosts: Set<String>?
        /// What jobs that are submitted over HTTP may contain.
        public var submission: SubmissionPolicy
        /// The longest body of a call, artifacts apart.
        public var bodyLimit: ByteCount
        /// The longest artifact that is taken in.
        public var artifactLimit: ByteCount
        /// The most jobs of one submission.
        public var batchLimit: Int
        /// The most calls of one token in a second; nil for no limit.
        public var requestsPerSecond: Int?
        /// The longest a call may wait for a change.
        public var longestWait: Duration
        /// How long shared caches may keep a job that has finished; nil keeps all jobs out of them.
        public var sharedCacheAge: Duration?
        /// What stands before the paths on the outside, such as `/jobs`, without a slash at its end: for the links and
        /// cookies in answers.
        ///
        /// `JobServer` serves below it, so proxies pass it on unchanged; with `addRoutes(to:)` mount on a group of the
        /// same path.
        public var pathPrefix: String
        /// Whether browsers reach the service over TLS, so that cookies say so.
        public var isSecure: Bool
        /// Reads YAML documents; nil when the service takes JSON only.
        public var yaml: (@Sendable ([UInt8]) throws(Problem) -> [JSONValue])?
        /// The version that the service tells.
        public var version: String
        /// Admits machines that want to become workers; nil when none may.
        public var enrolment: (any WorkerEnrolment)?
        /// The programs that enrolled machines run, by platform such as `linux-arm64`: paths of files.
        public var agents: [String: String] = [:]

        /// Makes a configuration; by default callers need tokens and jobs may send HTTP requests only.
        public init(
            access: AccessPolicy = .tokens, hosts: Set<String>? = nil,
            submission: SubmissionPolicy = SubmissionPolicy(),
            bodyLimit: ByteCount = .mebibytes(1), artifactLimit: ByteCount = .mebibytes(16), batchLimit: Int = 1_000,
            requestsPerSecond: Int? = 1_000, longestWait: Duration = .seconds(60), sharedCacheAge: Duration? = nil,
            pathPrefix: String = "", isSecure: Bool = false,
            yaml: (@Sendable ([UInt8]) throws(Problem) -> [JSONValue])? = nil, version: String = "0.1.0"
        ) {
            self.access = access
            self.hosts = hosts
            self.submission = submission
            self.bodyLimit = bodyLimit
            self.artifactLimit = artifactLimit
            self.batchLimit = batchLimit
            self.requestsPerSecond = requestsPerSecond
            self.longestWait = longestWait
            self.sharedCacheAge = sharedCacheAge
            self.pathPrefix = pathPrefix
            self.isSecure = isSecure
            self.yaml = yaml
            self.version = version
        }
    }
}
