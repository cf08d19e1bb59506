import Glibc
import Testing

/// The engine that `Scripts/docker` starts, with its one image `jobkit-test:latest`.
enum ContainerEngine {
    /// Where it listens; nil where nobody has started it.
    static let socket = getenv("JOBKIT_DOCKER_SOCKET").map { String(cString: $0) }
    /// Where CI runs, a missing engine fails the tests instead of skipping them.
    static let isRequired = getenv("CI") != nil
}

extension Trait where Self == ConditionTrait {
    /// Runs the tests where there is an engine, and in CI.
    static var containerEngine: Self {
        .enabled(
            if: ContainerEngine.socket != nil || ContainerEngine.isRequired,
            #"there is no container engine for tests; run eval "$(Scripts/docker)""#)
    }
}
