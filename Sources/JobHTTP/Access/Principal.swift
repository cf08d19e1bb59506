public import JobCore

/// Who makes a call, and what that allows; pure.
public struct Principal: Hashable, Sendable {
    /// The token's id; `local` where the server asks for none.
    public var id: String
    /// A name for people.
    public var name: String
    /// What the caller may do.
    public var scopes: Set<AccessScope>
    /// The named queues that it may touch; empty for all.
    public var queues: Set<String>
    /// The only worker name that it may use; nil for any.
    public var worker: String?
    /// The only attempt that it may touch; nil for any.
    public var attempt: AccessToken.Attempt?

    /// Makes a principal.
    public init(
        id: String, name: String, scopes: Set<AccessScope>, queues: Set<String> = [], worker: String? = nil,
        attempt: AccessToken.Attempt? = nil
    ) {
        self.id = id
        self.name = name
        self.scopes = scopes
        self.queues = queues
        self.worker = worker
        self.attempt = attempt
    }

    /// The principal of a token.
    public init(_ token: AccessToken) {
        self.init(
            id: token.id, name: token.name, scopes: token.scopes, queues: token.queues, worker: token.worker,
            attempt: token.attempt)
    }

    /// Everybody, where a server asks for no token.
    public static let local = Principal(id: "local", name: "local", scopes: Set(AccessScope.allCases))

    /// Whether the caller has one of some scopes; `admin` has all of them.
    public func hasAny(of wanted: Set<AccessScope>) -> Bool {
        scopes.contains(.admin) || !scopes.isDisjoint(with: wanted)
    }

    /// Whether the caller has a scope.
    public func has(_ scope: AccessScope) -> Bool { scopes.contains(.admin) || scopes.contains(scope) }

    /// Whether the caller may touch what belongs to a named queue.
    public func mayTouch(queue: String) -> Bool { queues.isEmpty || queues.contains(queue) }

    /// Whether the caller may see a job.
    public func maySee(_ job: Job) -> Bool {
        mayTouch(queue: job.spec.queue) && (attempt.map { $0.job == job.id } ?? true)
    }

    /// Whether the caller may act as a worker under a name.
    public func mayWork(as name: String) -> Bool { worker.map { $0 == name } ?? true }

    /// Whether the caller may write under a lease of a job.
    public func mayWrite(_ job: JobID, under key: LeaseKey) -> Bool {
        mayWork(as: key.worker) && (attempt.map { $0.job == job && $0.generation == key.generation } ?? true)
    }

    /// Whether nothing narrows the caller to some jobs.
    public var seesEverything: Bool { queues.isEmpty && attempt == nil }
}
