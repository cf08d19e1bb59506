/// Where a container engine listens: always a Unix-domain socket.
///
/// TCP is refused: whoever reaches an engine is root on its machine, and JobKit does not manage certificates for that.
public struct EngineAddress: Hashable, Sendable {
    private enum Place: Hashable {
        case socket(String)
        case host(String?)
    }

    private let place: Place

    /// The socket at an absolute path.
    public static func socket(_ path: String) -> EngineAddress { EngineAddress(place: .socket(path)) }

    /// What `DOCKER_HOST` says; `/var/run/docker.sock` where it is not set or empty.
    ///
    /// Only `unix://` followed by an absolute path is accepted; anything else fails the steps.
    public static let environment = EngineAddress(host: ProcessVariables.current["DOCKER_HOST"])

    /// What the value of a `DOCKER_HOST` variable says.
    package init(host: String?) {
        self.init(place: .host(host))
    }

    private init(place: Place) {
        self.place = place
    }

    /// The path of the socket.
    ///
    /// - Throws: ``EngineError`` with kind `unusableAddress`.
    package func socketPath() throws(EngineError) -> String {
        let path: String
        switch place {
        case .socket(let given):
            path = given
        case .host(nil), .host(""):
            return Self.defaultSocket
        case .host(let host?):
            guard host.hasPrefix("unix://") else {
                throw EngineError(
                    .unusableAddress, "reading DOCKER_HOST",
                    "DOCKER_HOST names no Unix socket, the only kind used; set it to unix:// and the path of the engine's socket"
                )
            }
            path = String(host.dropFirst("unix://".count))
        }
        // Source: https://man7.org/linux/man-pages/man7/unix.7.html (108 bytes with the NUL)
        guard path.hasPrefix("/"), path.utf8.count <= 107, !path.utf8.contains(0) else {
            throw EngineError(
                .unusableAddress, "finding the container engine",
                "the path of its socket must be absolute and at most 107 bytes long")
        }
        return path
    }

    private static let defaultSocket = "/var/run/docker.sock"
}
