internal import ArgumentParser

/// Where the jobs are.
struct StoreOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Where the jobs are: sqlite:PATH, https://HOST for a server, or memory: which ends with the process. \
            Default: JOBCTL_STORE, else an SQLite file in your state directory.
            """, valueName: "store"))
    var store: String?

    @Option(
        help: ArgumentHelp(
            "The token that a server asks for. Better in JOBCTL_TOKEN: others can see command lines.",
            valueName: "token"))
    var token: String?

    @Option(
        name: .customLong("ca-file"),
        help: ArgumentHelp(
            "Trust only the authorities of this PEM file for https. Default: JOBCTL_CA_FILE, else the system's.",
            valueName: "file"))
    var authorityFile: String?

    /// The store that the option, the environment or the default names.
    ///
    /// - Throws: ``CommandFailure``.
    func location() throws(CommandFailure) -> StoreLocation {
        try StoreLocation.resolve(store, access: ServerAccess(token: token, authorityFile: authorityFile))
    }
}

/// How results are shown.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print JSON for programs.")
    var json = false
}

/// The steps that a worker runs, and where.
struct ExecutionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What steps may do here: http, script, command, shell, container; default all, for serve http.",
            valueName: "kinds"),
        transform: { try StepPermissions($0) })
    var allow: StepPermissions?

    @Option(help: ArgumentHelp("The folder that holds the script directories.", valueName: "folder"))
    var scripts: String = "."

    @Option(help: ArgumentHelp("The folder in which commands run.", valueName: "folder"))
    var directory: String = "."

    @Option(
        name: .customLong("container-mounts"),
        help: ArgumentHelp(
            "A folder that containers may see, with all below it; may be given several times. Default none.",
            valueName: "folder"))
    var containerMounts: [String] = []

    @Flag(help: "Let containers use this machine's network.")
    var containerHostNetwork = false
}
