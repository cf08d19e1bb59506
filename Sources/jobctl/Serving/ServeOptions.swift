internal import ArgumentParser
internal import JobCore

/// What `jobctl serve` takes in, and from whom.
struct ServeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Where to listen; port 0 takes a free one. Default 127.0.0.1:8080.", valueName: "host:port"),
        transform: { text in
            guard let address = ListenAddress(text) else {
                throw ValidationError("'\(text)' is no address; write 127.0.0.1:8080 or [::1]:8080")
            }
            return address
        })
    var listen: ListenAddress?

    @Flag(help: "Ask for no tokens; only on loopback.")
    var noAuth = false

    @Option(
        help: ArgumentHelp(
            "With --no-auth: a host name that requests may name besides this machine's. Repeatable.", valueName: "name")
    )
    var allowedHost: [String] = []

    @Option(help: ArgumentHelp("The certificate chain, PEM; read again when it changes.", valueName: "file"))
    var tlsCertificate: String?

    @Option(help: ArgumentHelp("The certificate's private key, PEM.", valueName: "file"))
    var tlsKey: String?

    @Flag(help: "Listen beyond loopback without TLS, behind a proxy that adds it.")
    var insecurePlainHttp = false

    @Option(help: ArgumentHelp("What stands before all paths, such as /jobs.", valueName: "path"))
    var pathPrefix: String = ""

    @Option(help: ArgumentHelp("The most requests of one token a second; 0 for no limit.", valueName: "number"))
    var requestsPerSecond = 1_000

    @Option(help: ArgumentHelp("The most connections at a time.", valueName: "number"))
    var maxConnections = 20_000

    @Option(
        help: ArgumentHelp("The longest body of a request; default 1MiB.", valueName: "size"),
        transform: { text in
            guard let size = ByteCount(jobText: text), (1_024...67_108_864).contains(size.bytes) else {
                throw ValidationError("'\(text)' is no size between 1KiB and 64MiB")
            }
            return size
        })
    var maxBody: ByteCount = .mebibytes(1)

    @Option(
        help: ArgumentHelp(
            "An image that containers may have; * at its end for all that begin so. Repeatable; default any.",
            valueName: "image"))
    var allowImage: [String] = []

    @Option(
        help: ArgumentHelp(
            "A script directory that jobs may name; * at its end for all that begin so. Repeatable; default any.",
            valueName: "folder"))
    var allowScripts: [String] = []

    @Flag(help: "Let HTTP steps and callbacks reach only the public Internet.")
    var publicDestinations = false

    /// The address to listen on.
    func address() throws(CommandFailure) -> ListenAddress {
        if let listen { return listen }
        let text = ProcessEnvironment["JOBCTL_LISTEN"] ?? "127.0.0.1:8080"
        guard let address = ListenAddress(text) else {
            throw CommandFailure(.usage, "JOBCTL_LISTEN is no address; write 127.0.0.1:8080")
        }
        return address
    }

    func validate() throws {
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificate and --tls-key belong together")
        }
        let parts = pathPrefix.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        let isPath =
            pathPrefix.hasPrefix("/")
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.utf8.allSatisfy { (97...122).contains($0 | 32) || (45...57).contains($0) || $0 == 95 }
            }
        guard pathPrefix.isEmpty || isPath else {
            throw ValidationError("--path-prefix must be like /jobs, without a slash at its end")
        }
        guard requestsPerSecond >= 0, maxConnections >= 1 else { throw ValidationError("limits are not negative") }
    }
}
