/// How far a job says it is.
public struct JobProgress: Hashable, Sendable {
    /// 0 to 1; nil when the amount of work is unknown.
    public var fraction: Double?
    /// One short line for people, at most 500 characters; nil for none.
    public var message: String?

    /// Makes a progress; the fraction is moved into 0 … 1 and the message is cut.
    public init(fraction: Double? = nil, message: String? = nil) {
        self.fraction = fraction.flatMap { $0.isNaN ? nil : min(1, max(0, $0)) }
        self.message = message.map { String($0.prefix(500)) }
    }
}
