/// A URL that is told how a job ended.
public struct Callback: Hashable, Sendable {
    /// An absolute `http` or `https` URL.
    public var url: String
    /// The outcomes that are told; never empty.
    public var outcomes: Set<Outcome>

    /// Makes a callback, by default for every outcome.
    public init(url: String, on outcomes: Set<Outcome> = Set(Outcome.allCases)) {
        self.url = url
        self.outcomes = outcomes
    }
}
