internal import JobCore

extension Job {
    /// The job as those may see it who do not work on it: whatever may hold a secret is hidden.
    var withoutSecrets: Job {
        Job(
            id: id, spec: spec.withoutSecrets, createdAt: createdAt, state: state, startedAt: startedAt,
            generation: generation, version: version, cursor: cursor, steps: steps, attempts: attempts,
            progress: progress, failure: failure, deadlineAt: deadlineAt)
    }
}

extension JobSpec {
    /// The same names, kinds and settings; the texts that only workers need are hidden.
    var withoutSecrets: JobSpec {
        var shown = self
        shown.steps = steps.map { step in
            var step = step
            step.action = step.action.withoutSecrets
            step.environment = step.environment.mapValues(Hidden.text)
            return step
        }
        shown.callbacks = callbacks.map { Callback(url: Hidden.url($0.url), on: $0.outcomes) }
        return shown
    }
}

extension StepAction {
    fileprivate var withoutSecrets: StepAction {
        switch self {
        case .http(var action):
            action.url = Hidden.url(action.url)
            action.headers = action.headers.mapValues(Hidden.text)
            action.body = action.body.map { _ in .text(Hidden.mark) }
            return .http(action)
        case .command(var action):
            switch action.invocation {
            case .argv(let words): action.invocation = .argv(Hidden.arguments(words))
            case .shell: action.invocation = .shell(Hidden.mark)
            }
            action.environment = action.environment.mapValues(Hidden.text)
            action.input = action.input.map(Hidden.text)
            return .command(action)
        case .script(var action):
            action.parameters = action.parameters.map { .init(key: $0.key, value: Hidden.mark) }
            return .script(action)
        case .container(var action):
            action.command = action.command?.map(Hidden.text)
            action.entrypoint = action.entrypoint.map(Hidden.arguments)
            action.environment = action.environment.mapValues(Hidden.text)
            return .container(action)
        case .handler(var action):
            if action.input != .null { action.input = .string(Hidden.mark) }
            return .handler(action)
        }
    }
}

/// What stands in the place of texts that are not shown.
private enum Hidden {
    static let mark = "***"

    static func text(_ text: String) -> String { mark }

    /// The program, without its arguments.
    static func arguments(_ words: [String]) -> [String] {
        words.enumerated().map { $0 == 0 ? $1 : mark }
    }

    /// The scheme and the host of a URL: its user info, query and, with webhooks, its path may each be a secret.
    static func url(_ text: String) -> String {
        guard let start = text.firstRange(of: "://")?.upperBound else { return mark }
        let authority = text[start...].prefix { !"/?#\\".contains($0) }
        let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        return "\(text[..<start])\(host)/\(mark)"
    }
}
