public import JobCore

/// Which calls of a ``ScriptedExecutor`` a script is for.
///
/// ```swift
/// bench.fakes.on(.http("POST", "https://api.example.org/charge"), .respond(503), .respond(200))
/// bench.fakes.on(.command("make", "report"), .stdout("compiling\n"), .exit(0))
/// ```
public struct StepMatch: Sendable, CustomStringConvertible {
    /// What the calls are, for messages.
    public let description: String
    /// The kinds that can match; nil for any.
    let kinds: Set<String>?
    /// Scripts for something more special come first.
    let rank: Int
    let matches: @Sendable (StepInvocation) -> Bool

    init(
        _ description: String, kinds: Set<String>?, rank: Int = 1,
        where matches: @escaping @Sendable (StepInvocation) -> Bool
    ) {
        self.description = description
        self.kinds = kinds
        self.rank = rank
        self.matches = matches
    }

    /// Calls that pass a test.
    public static func call(
        _ description: String, where matches: @escaping @Sendable (StepInvocation) -> Bool
    ) -> StepMatch {
        StepMatch(description, kinds: nil, where: matches)
    }

    /// The step with a name.
    public static func step(_ name: String) -> StepMatch {
        StepMatch("step \"\(name)\"", kinds: nil, rank: 0) { $0.step.name == name }
    }

    /// Any step of a kind, once no other script is left for it.
    public static func kind(_ kind: String) -> StepMatch {
        StepMatch("kind \(kind)", kinds: [kind], rank: 2) { $0.step.action.kind == kind }
    }

    /// HTTP requests with a method and exactly this URL; nil matches any.
    public static func http(_ method: String? = nil, _ url: String? = nil) -> StepMatch {
        StepMatch("\(method ?? "any method") \(url ?? "any URL")", kinds: [BuiltInKind.http]) { call in
            guard case .http(let action) = call.step.action else { return false }
            return (method ?? action.method) == action.method && (url ?? action.url) == action.url
        }
    }

    /// Commands whose arguments begin with these words; a shell line counts as one word.
    public static func command(_ words: String...) -> StepMatch {
        StepMatch("command \(words.joined(separator: " "))", kinds: [BuiltInKind.command]) { call in
            guard case .command(let action) = call.step.action else { return false }
            switch action.invocation {
            case .argv(let argv): return argv.starts(with: words)
            case .shell(let line): return words.isEmpty || [line] == words
            }
        }
    }

    /// Runs of a script directory.
    public static func script(_ directory: String) -> StepMatch {
        StepMatch("scripts of \(directory)", kinds: [BuiltInKind.script]) { call in
            guard case .script(let action) = call.step.action else { return false }
            return action.directory == directory
        }
    }

    /// Runs of a container image.
    public static func container(_ image: String) -> StepMatch {
        StepMatch("container \(image)", kinds: [BuiltInKind.container]) { call in
            guard case .container(let action) = call.step.action else { return false }
            return action.image == image
        }
    }

    /// Calls of a handler whose input passes a test.
    public static func handler<Input, Output>(
        _ handler: JobHandler<Input, Output>, where matches: @escaping @Sendable (Input) -> Bool = { _ in true }
    ) -> StepMatch {
        StepMatch("handler \(handler.name)", kinds: [handler.name]) { call in
            guard case .handler(let action) = call.step.action, action.name == handler.name else { return false }
            guard let input = try? action.input.decode(Input.self) else { return false }
            return matches(input)
        }
    }
}
