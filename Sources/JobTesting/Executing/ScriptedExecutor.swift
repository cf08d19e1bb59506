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
/// for fails without retry, is kept in ``unexpected``, and makes ``verify(sourceLocation:)`` report an issue; the
/// executor of a ``TestBench`` reports it at once.
public final class ScriptedExecutor: JobExecutor {
    private struct Script: Sendable {
        let match: StepMatch
        let actions: [Action]
        let isStanding: Bool
        let location: SourceLocation
    }

    private struct State: Sendable {
        var scripts: [Script] = []
        var unexpected: [StepInvocation] = []
    }

    private let state = Observed(State())
    private let calls = EventLog<StepInvocation>()
    private let endings = EventLog<Ending>()
    private let time: TimeSource
    private let reporter: IssueReporter
    private let reportsAtOnce: Bool
    private let location: SourceLocation

    /// Makes an executor without a script.
    ///
    /// - Parameters:
    ///   - time: what ``Action/delay(_:)`` waits on.
    ///   - reporter: what ``verify(sourceLocation:)`` tells.
    ///   - reportsAtOnce: whether an unexpected call is reported when it comes.
    ///   - sourceLocation: where an issue is shown.
    public init(
        time: TimeSource = .system, reporter: IssueReporter = .current, reportsAtOnce: Bool = false,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        self.time = time
        self.reporter = reporter
        self.reportsAtOnce = reportsAtOnce
        location = sourceLocation
    }

    // MARK: The script

    /// Says what to do at one call; several endings are for as many calls.
    @discardableResult
    public func on(
        _ match: StepMatch, _ actions: Action..., sourceLocation: SourceLocation = #_sourceLocation
    ) -> ScriptedExecutor {
        // Each ending begins the script of the next call.
        var rest: [Action] = []
        for action in actions {
            rest.append(action)
            guard action.isEnding else { continue }
            add(match, rest, at: sourceLocation)
            rest = []
        }
        if !rest.isEmpty || actions.isEmpty { add(match, rest, at: sourceLocation) }
        return self
    }

    /// Says what to do at every call that no other script is left for.
    @discardableResult
    public func always(
        _ match: StepMatch, _ actions: Action..., sourceLocation: SourceLocation = #_sourceLocation
    ) -> ScriptedExecutor {
        add(match, actions, isStanding: true, at: sourceLocation)
        return self
    }

    /// Says what to do at one call of a step.
    @discardableResult
    public func on(
        step: String, _ actions: Action..., sourceLocation: SourceLocation = #_sourceLocation
    ) -> ScriptedExecutor {
        add(.step(step), actions, at: sourceLocation)
        return self
    }

    /// Says what to do at one call of a kind, once the scripts of the step itself are played.
    @discardableResult
    public func on(
        kind: String, _ actions: Action..., sourceLocation: SourceLocation = #_sourceLocation
    ) -> ScriptedExecutor {
        add(.kind(kind), actions, at: sourceLocation)
        return self
    }

    /// Says what to do at every call of a step that no other script is left for.
    @discardableResult
    public func always(
        step: String, _ actions: Action..., sourceLocation: SourceLocation = #_sourceLocation
    ) -> ScriptedExecutor {
        add(.step(step), actions, isStanding: true, at: sourceLocation)
        return self
    }

    /// Says what to do at every call of a kind that no other script is left for.
    @discardableResult
    public func always(
        kind: String, _ actions: Action..., sourceLocation: SourceLocation = #_sourceLocation
    ) -> ScriptedExecutor {
        add(.kind(kind), actions, isStanding: true, at: sourceLocation)
        return self
    }

    private func add(
        _ match: StepMatch, _ actions: [Action], isStanding: Bool = false, at location: SourceLocation
    ) {
        state.update { state in
            // A later word on every call replaces an earlier one of the same.
            if isStanding { state.scripts.removeAll { $0.isStanding && $0.match.description == match.description } }
            state.scripts.append(
                Script(match: match, actions: actions, isStanding: isStanding, location: location))
        }
    }

    /// The kinds that scripts speak of.
    var kinds: Set<String> {
        state.value.scripts.reduce(into: []) { $0.formUnion($1.match.kinds ?? []) }
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
        for call in state.unexpected where !reportsAtOnce {
            reporter.report("nobody expected \(Self.name(of: call))", at: sourceLocation)
        }
        for script in state.scripts where !script.isStanding {
            reporter.report(
                "a call of \(script.match) did not come, which line \(script.location.line) expects",
                at: sourceLocation)
        }
    }

    // MARK: JobExecutor

    /// Plays the next script of the step.
    public func run(
        _ step: StepInvocation, reporting report: @escaping StepReporter
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
        let actions = state.update { state -> [Action]? in
            let fitting = state.scripts.indices.filter { state.scripts[$0].match.matches(call) }
            let place = fitting.min { left, right in
                let (left, right) = (state.scripts[left], state.scripts[right])
                return (left.isStanding ? 1 : 0, left.match.rank) < (right.isStanding ? 1 : 0, right.match.rank)
            }
            guard let place else {
                state.unexpected.append(call)
                return nil
            }
            return state.scripts[place].isStanding
                ? state.scripts[place].actions : state.scripts.remove(at: place).actions
        }
        guard let actions else {
            let message = "nobody expected \(Self.name(of: call))"
            if reportsAtOnce { reporter.report(message, at: location) }
            throw StepFailure(.error, message, isRetryable: false)
        }
        return actions
    }

    private func play(
        _ script: [Action], of call: StepInvocation, _ report: StepReporter
    ) async throws -> StepOutput {
        for action in script {
            switch action {
            case .print(let text, let stream): await report(.output(stream, Array(text.utf8)))
            case .progress(let progress): await report(.progress(progress))
            case .sleep(let duration): try await time.sleep(for: duration)
            case .stubborn(let duration, let grace): try await endure(duration, grace: grace)
            case .run(let body): await body()
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

    /// What a program does that ignores TERM: it runs on until it is done, or killed.
    private func endure(_ duration: Duration, grace: Duration) async throws {
        do {
            try await time.sleep(for: duration)
        } catch {
            // The cancelled task could not sleep any more; one of its own can.
            await Task { [time] in try? await time.sleep(for: grace) }.value
            throw error
        }
    }

    private static func name(of call: StepInvocation) -> String {
        "a call of step \"\(call.step.name)\" (\(call.step.action.kind)), attempt \(call.attempt)"
    }
}
