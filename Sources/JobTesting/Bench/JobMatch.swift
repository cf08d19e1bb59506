public import JobCore

/// Which jobs an expectation is about; what is not said matches anything.
///
/// ```swift
/// bench.expectEnqueued(.job(named: "invoice", queue: "mail", tags: ["team": "billing"]))
/// bench.expectEnqueued(.calling(charge) { $0.orderID == 7 })
/// ```
public struct JobMatch: Sendable, CustomStringConvertible {
    private struct Condition: Sendable {
        let text: String
        /// What the job has instead; nil when it passes.
        let mismatch: @Sendable (Job) -> String?
    }

    private var conditions: [Condition]

    /// Any job.
    public static let any = JobMatch(conditions: [])

    /// Jobs with all of these properties.
    ///
    /// - Parameters:
    ///   - name: the job's name.
    ///   - queue: its named queue.
    ///   - priority: its priority.
    ///   - lane: its lane.
    ///   - uniqueKey: its unique key.
    ///   - tags: labels that it must have among others.
    ///   - metadata: correlation metadata that it must have among other.
    ///   - steps: the names of all its steps, in order.
    ///   - notBefore: when it may start.
    ///   - matches: anything else.
    public static func job(
        named name: String? = nil, queue: String? = nil, priority: Int? = nil, lane: String? = nil,
        uniqueKey: String? = nil, tags: [String: String] = [:], metadata: [String: String] = [:],
        steps: [String]? = nil, notBefore: Timestamp? = nil, where matches: (@Sendable (Job) -> Bool)? = nil
    ) -> JobMatch {
        var match = JobMatch.any
        match.require("name", name) { $0.spec.name }
        match.require("queue", queue) { $0.spec.queue }
        match.require("priority", priority) { $0.spec.priority }
        match.require("lane", lane) { $0.spec.lane }
        match.require("uniqueKey", uniqueKey) { $0.spec.unique?.key }
        for (key, value) in tags.sorted(by: { $0.key < $1.key }) {
            match.require("tags.\(key)", value) { $0.spec.tags[key] }
        }
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            match.require("metadata.\(key)", value) { $0.spec.metadata[key] }
        }
        match.require("steps", steps) { $0.spec.steps.map(\.name) }
        match.require("notBefore", notBefore) { $0.spec.notBefore }
        if let matches { match.add("a condition") { matches($0) ? nil : "a job that does not pass it" } }
        return match
    }

    /// Jobs with a step that calls a handler with an input that passes a test.
    public static func calling<Input, Output>(
        _ handler: JobHandler<Input, Output>, where matches: @escaping @Sendable (Input) -> Bool = { _ in true }
    ) -> JobMatch {
        var match = JobMatch.any
        match.add("a call of \(handler.name)") { job in
            let inputs = job.spec.steps.compactMap { step -> JSONValue? in
                guard case .handler(let action) = step.action, action.name == handler.name else { return nil }
                return action.input
            }
            if inputs.isEmpty { return "steps of kind \(job.spec.steps.map(\.action.kind).joined(separator: ", "))" }
            if inputs.contains(where: { (try? $0.decode(Input.self)).map(matches) ?? false }) { return nil }
            return "calls with \(inputs.map { "\($0)" }.joined(separator: ", "))"
        }
        return match
    }

    /// Jobs that match both.
    public func and(_ other: JobMatch) -> JobMatch { JobMatch(conditions: conditions + other.conditions) }

    /// The conditions, for people.
    public var description: String {
        conditions.isEmpty ? "any job" : conditions.map(\.text).joined(separator: ", ")
    }

    /// How a job differs from what is wanted; nil when it matches.
    func mismatch(with job: Job) -> String? {
        let found = conditions.compactMap { condition in condition.mismatch(job).map { "\(condition.text), not \($0)" }
        }
        return found.isEmpty ? nil : found.joined(separator: "; ")
    }

    private mutating func add(_ text: String, _ mismatch: @escaping @Sendable (Job) -> String?) {
        conditions.append(Condition(text: text, mismatch: mismatch))
    }

    private mutating func require<Value: Equatable & Sendable>(
        _ field: String, _ wanted: Value?, _ actual: @escaping @Sendable (Job) -> Value?
    ) {
        guard let wanted else { return }
        add("\(field) \(wanted)") { job in
            let value = actual(job)
            return value == wanted ? nil : value.map { "\($0)" } ?? "nothing"
        }
    }
}
