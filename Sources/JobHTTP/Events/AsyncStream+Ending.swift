internal import ServiceLifecycle

extension AsyncStream where Element: Sendable {
    /// The same stream, ended when the server shuts down.
    func endingWithServer() -> some AsyncSequence<Element, Never> & Sendable {
        cancelOnGracefulShutdown()
    }
}
