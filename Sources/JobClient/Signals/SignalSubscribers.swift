internal import JobCore
internal import JobTransport

/// Who listens to what, and what the one connection has to ask for: decisions without I/O.
struct SignalSubscribers {
    /// What the connection asks the server for.
    struct Subscription: Hashable, Sendable {
        var queues: Set<String> = []
        var jobs: Set<JobID> = []
        var everything = false

        /// With more jobs than this it is cheaper to hear of all changes.
        static let mostJobs = 64

        /// Whether what it asks for includes something.
        func covers(_ interest: SignalInterest) -> Bool {
            switch interest {
            case .work(let queues): queues.isSubset(of: self.queues)
            case .job(let id): everything || jobs.contains(id)
            case .everything: everything
            }
        }

        /// The query of the request.
        var query: String {
            var parts: [String] = []
            if !queues.isEmpty {
                parts.append("queues=" + queues.sorted().map { PercentEncoding.encode($0) }.joined(separator: ","))
            }
            parts += jobs.sorted().map { "job=\($0)" }
            if everything { parts.append("everything=true") }
            return parts.joined(separator: "&")
        }
    }

    private var nextID = 0
    private var listeners: [Int: (interest: SignalInterest, continuation: AsyncStream<Void>.Continuation)] = [:]

    var isEmpty: Bool { listeners.isEmpty }

    mutating func add(_ interest: SignalInterest, _ continuation: AsyncStream<Void>.Continuation) -> Int {
        nextID += 1
        listeners[nextID] = (interest, continuation)
        return nextID
    }

    mutating func remove(_ id: Int) {
        listeners[id] = nil
    }

    /// All that listen, taken out.
    mutating func removeAll() -> [AsyncStream<Void>.Continuation] {
        defer { listeners = [:] }
        return listeners.values.map(\.continuation)
    }

    /// What all of them together want.
    var subscription: Subscription {
        var union = Subscription()
        for (interest, _) in listeners.values {
            switch interest {
            case .work(let queues): union.queues.formUnion(queues)
            case .job(let id): union.jobs.insert(id)
            case .everything: union.everything = true
            }
        }
        if union.everything || union.jobs.count > Subscription.mostJobs {
            union.everything = true
            union.jobs = []
        }
        return union
    }

    /// Those whom a hint concerns; nil concerns all.
    func listeners(of hint: QueueHint?) -> [AsyncStream<Void>.Continuation] {
        listeners.values.filter { interest, _ in
            switch (hint, interest) {
            case (nil, _), (.work, .work), (.everything, .everything): true
            // The hint may stand for any job when the connection asked for all.
            case (.everything, .job): true
            case (.job(let changed), .job(let id)): changed == id
            case (.work, _), (.job, _), (.everything, .work): false
            }
        }.map(\.continuation)
    }
}
