public import JobCore

/// What holds for every process that an executor starts.
public struct ProcessOptions: Sendable {
    /// How long a process group may take to end after SIGTERM, before SIGKILL.
    ///
    /// Default 10 seconds.
    public var killGrace: Duration
    /// How long output is still read when a process has ended but something that it started holds its output open.
    ///
    /// Then the rest of its group is killed. Default 1 second.
    public var drainGrace: Duration
    /// How many bytes of each stream of a step are reported; the rest is read and dropped.
    ///
    /// Default 8 MiB.
    public var outputLimit: ByteCount
    /// Which of this program's variables children see.
    public var inherited: InheritedEnvironment
    /// Where files for children are made; private to this user.
    ///
    /// Default `TMPDIR`, else `/tmp`.
    public var temporaryDirectory: String
    /// Whether running steps are ended when this program is killed.
    ///
    /// A small process of the program's own sees to it: SIGTERM to each group, SIGKILL after two seconds. Its files for
    /// children are removed too. Default true.
    public var endsOrphans: Bool

    /// Makes options.
    public init(
        killGrace: Duration = .seconds(10), drainGrace: Duration = .seconds(1),
        outputLimit: ByteCount = .mebibytes(8), inherited: InheritedEnvironment = .usual,
        temporaryDirectory: String? = nil, endsOrphans: Bool = true
    ) {
        self.killGrace = killGrace
        self.drainGrace = drainGrace
        self.outputLimit = outputLimit
        self.inherited = inherited
        self.temporaryDirectory = temporaryDirectory ?? ProcessVariables.current["TMPDIR"] ?? "/tmp"
        self.endsOrphans = endsOrphans
    }
}
