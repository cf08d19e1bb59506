internal import JobCore

/// Decides which of the host's directories a container may see.
struct MountPolicy: Sendable {
    /// The directories that may be shown, with all below them.
    var directories: [String]
    /// The engine's socket, which makes whoever has it root on the host.
    var engineSocket: String

    /// The mounts with real paths as their sources, so that a link that is changed later changes nothing.
    ///
    /// Blocks.
    ///
    /// - Throws: ``StepFailure``: `notPermitted` for a source outside the directories, `invalidStep` for one inside that
    ///   does not exist.
    func resolve(_ mounts: [ContainerAction.Mount]) throws(StepFailure) -> [ContainerAction.Mount] {
        var resolved: [ContainerAction.Mount] = []
        for var mount in mounts {
            mount.source = try resolve(mount.source)
            resolved.append(mount)
        }
        return resolved
    }

    private func resolve(_ source: String) throws(StepFailure) -> String {
        // A directory that does not exist permits nothing.
        let roots = directories.compactMap { directory in
            Self.realPath(directory).map { (written: directory, real: $0) }
        }
        // First as it is written: whoever may not see a directory shall not learn what is in it either.
        guard
            roots.contains(where: {
                PathConfinement.contains($0.written, source) || PathConfinement.contains($0.real, source)
            })
        else { throw refusal(source) }
        guard let real = Self.realPath(source) else {
            throw StepFailure(
                .invalidStep, "the mount's source \(source) does not exist; create it or correct the path",
                isRetryable: false)
        }
        guard roots.contains(where: { PathConfinement.contains($0.real, real) }) else { throw refusal(source) }
        for socket in [engineSocket, Self.realPath(engineSocket)].compactMap({ $0 })
        where PathConfinement.contains(real, socket) {
            throw StepFailure(
                .notPermitted, "\(source) holds the engine's own socket; mount a directory without it",
                isRetryable: false)
        }
        return real
    }

    private func refusal(_ source: String) -> StepFailure {
        let permitted =
            directories.isEmpty
            ? "this worker lets containers see no directory of the host"
            : "this worker lets containers see only \(directories.joined(separator: ", "))"
        return StepFailure(
            .notPermitted, "\(source) may not be mounted: \(permitted); name such a directory, or permit this one",
            isRetryable: false)
    }

    private static func realPath(_ path: String) -> String? {
        // The reason does not matter here: what cannot be resolved cannot be shown.
        do throws(StepFailure) { return try PathConfinement.realPath(path) } catch { return nil }
    }
}
