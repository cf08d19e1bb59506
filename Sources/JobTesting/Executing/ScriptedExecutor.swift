public import JobCore
public import Testing

/// An executor that plays a script and records what it was asked.
///
/// ```swift
/// let executor = ScriptedExecutor()
///     .on(step: "build", .print("compiling\n"), .succeed(StepOutput(exitCode: 0)))
///     .on(step: "publish", .fail(StepFailure(.httpStatus, "503")))
///     .on(step: "publish", .succeed())
/// …
/// executor.verify()
/// ```
///
/// Each `on` is good for one call, and the calls of one step play its scripts in order. A call that no script is left
/// for fails without retry, is kept in ``unexpected``, and makes ``verify(sourceLocation:)`` report an issue.
public final class ScriptedExecutor: JobExecutor {
    private enum Target: Hashable, Sendable {
        case step(String)
        case kind(String)
    }

    private struct State: Sendable {
        var scripts: [Target: [[Action]]] = [:]
        var standing: [Target: [Action]] = [:]
        var unexpected: [StepInvocation] = []
    }

    private let state = Observed(State())
    private let calls = EventLog<StepInvocation>()
    private let endings = EventLog<Ending>()

    /// Makes an executor without a script.
    public init() {}

    // MARK: The script

    /// Says what to do at one call of a step.
    @discardableResult
    public func on(step: String, _ actions: Action...) -> ScriptedExecutor {
        state.update { $0.scripts[.step(step), default: []].append(actions) }
        return self
    }

    /// Says what to do at one call of a kind, once the scripts of the step itself are played.
    @discardableResult
    public func on(kind: String, _ actions: Action...) -> ScriptedExecutor {
        state.update { $0.scripts[.kind(kind), default: []].append(actions) }
        return self
    }

    /// Says what to do at every call of a step that no other script is left for.
    @discardableResult
    public func always(step: String, _ actions: Action...) -> ScriptedExecutor {
        state.update { $0.standing[.step(step)] = actions }
        return self
    }

    /// Says what to do at every call of a kind that no other script is left for.
    @discardableResult
    public func always(kind: String, _ actions: Action...) -> ScriptedExecutor {
        state.update { $0.standing[.kind(kind)] = actions }
        return self
    }

    // MARK: The record

    /// All calls so far, in the order in which they came.
    public var invocations: [StepInvocation] { calls.events }

    /// How calls ended so far, in that order.
    public var ended: [Ending] { endings.events }

    /// The calls that no script was left for.
    public var unexpected: [StepInvocation] { state.value.unexpected }

    /// Suspends until so many calls have come.
    ///
    /// - Returns: all calls so far.
    /// - Throws: `CancellationError` when the task is cancelled first.
    @discardableResult
    public func waitForInvocations(_ count: Int = 1) async throws -> [StepInvocation] {
        try await calls.wait(for: count)
    }

    /// Suspends until so many calls have ended.
    ///
    /// - Returns: how all calls so far ended.
    /// - Throws: `CancellationError` when the task is cancelled first.
    @discardableResult
    public func waitForEndings(_ count: Int = 1) async throws -> [Ending] {
        try await endings.wait(for: count)
    }

    /// Reports an issue for each call that came unexpectedly, and for each script that was not played.
    public func verify(sourceLocation: SourceLocation = #_sourceLocation) {
        let state = state.value
        for call in state.unexpected {
            Issue.record("nobody expected \(Self.name(of: call))", sourceLocation: sourceLocation)
        }
        for (target, scripts) in state.scripts where !scripts.isEmpty {
            let count = "\(scripts.count) call\(scripts.count == 1 ? "" : "s")"
            Issue.record("\(count) of \(target) did not come", sourceLocation: sourceLocation)
        }
    }

    // MARK: JobExecutor

    /// Plays the next script of the step.
    public func run(
        _ step: StepInvocation, reporting report: @escaping @Sendable (StepProgress) async -> Void
    ) async throws -> StepOutput {
        calls.record(step)
        do {
            let output = try await play(nextScript(for: step), of: step, report)
            endings.record(Ending(attemptID: step.attemptID, how: .succeeded))
            return output
        } catch {
            endings.record(Ending(attemptID: step.attemptID, how: Ending.How(error)))
            throw error
        }
    }

    private func nextScript(for call: StepInvocation) throws(StepFailure) -> [Action] {
        let targets = [Target.step(call.step.name), .kind(call.step.action.kind)]
        let script = state.update { state -> [Action]? in
            for target in targets {
                guard let scripts = state.scripts[target], !scripts.isEmpty else { continue }
                return state.scripts[target]?.removeFirst()
            }
            for target in targets {
                if let standing = state.standing[target] { return standing }
            }
            state.unexpected.append(call)
            return nil
        }
        guard let script else {
            throw StepFailure(.error, "nobody expected \(Self.name(of: call))", isRetryable: false)
        }
        return script
    }

    private func play(
        _ script: [Action], of call: StepInvocation, _ report: @Sendable (StepProgress) async -> Void
    ) async throws -> StepOutput {
        for action in script {
            switch action {
            case .print(let text, let stream): await report(.output(stream, Array(text.utf8)))
            case .progress(let progress): await report(.progress(progress))
            case .wait(let gate): try await gate.wait()
            case .waitIgnoringCancellation(let gate): await gate.waitIgnoringCancellation()
            case .waitUntilCancelled: try await Gate().wait()
            case .compute(let compute): return try await compute(call)
            case .succeed(let output): return output
            case .fail(let failure): throw failure
            case .snooze(let duration): throw SnoozeRequest(for: duration)
            }
        }
        return .none
    }

    private static func name(of call: StepInvocation) -> String {
        "a call of step \"\(call.step.name)\" (\(call.step.action.kind)), attempt \(call.attempt)"
    }
}
