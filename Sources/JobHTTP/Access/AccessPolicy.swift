/// Whether callers must show a token.
public enum AccessPolicy: Hashable, Sendable {
    /// Every call but the health checks needs a token.
    case tokens
    /// Anybody who reaches the server may do anything.
    case none
}
