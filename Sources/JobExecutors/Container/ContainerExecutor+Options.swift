public import JobCore

extension ContainerExecutor {
    /// What holds for all containers.
    public struct Options: Sendable {
        /// Where the engine listens.
        ///
        /// Default what `DOCKER_HOST` says, else `/var/run/docker.sock`.
        public var engine: EngineAddress
        /// The host's directories that jobs may show to containers, with all below them.
        ///
        /// Default none: a job that may mount anything owns the host. The engine's socket is never shown.
        public var mountableDirectories: [String]
        /// Whether a job may use the host's network, or that of another container.
        ///
        /// Default false: services on the host's loopback interface often trust whoever reaches them.
        public var allowsHostNetwork: Bool
        /// How many processes and threads a container may have; nil for no limit.
        ///
        /// Default 4,096.
        public var pidsLimit: Int?
        /// Whether a small first process of the engine passes signals on and reaps orphans.
        ///
        /// Default true. Without it a program that ignores TERM by being the first process is killed after the grace.
        public var usesInit: Bool
        /// How long a container may take to end after its stop signal, before SIGKILL; whole seconds.
        ///
        /// Default 10 seconds.
        public var stopGrace: Duration
        /// How many bytes of each stream of a step are reported; the rest is read and dropped.
        ///
        /// Default 8 MiB.
        public var outputLimit: ByteCount
        /// Which of this program's variables containers see.
        ///
        /// Default none: they describe the host.
        public var inherited: InheritedEnvironment
        /// Where files for containers are made; the engine must see the same directory.
        ///
        /// Default `TMPDIR`, else `/tmp`.
        public var temporaryDirectory: String

        /// Makes options.
        public init(
            engine: EngineAddress = .environment, mountableDirectories: [String] = [],
            allowsHostNetwork: Bool = false, pidsLimit: Int? = 4_096, usesInit: Bool = true,
            stopGrace: Duration = .seconds(10), outputLimit: ByteCount = .mebibytes(8),
            inherited: InheritedEnvironment = .none, temporaryDirectory: String? = nil
        ) {
            self.engine = engine
            self.mountableDirectories = mountableDirectories
            self.allowsHostNetwork = allowsHostNetwork
            self.pidsLimit = pidsLimit
            self.usesInit = usesInit
            self.stopGrace = stopGrace
            self.outputLimit = outputLimit
            self.inherited = inherited
            self.temporaryDirectory = temporaryDirectory ?? ProcessVariables.current["TMPDIR"] ?? "/tmp"
        }
    }
}
