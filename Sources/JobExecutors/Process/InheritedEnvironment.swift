#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The part of the program's own environment that its children see.
///
/// The variables are read once, when the value is made.
public struct InheritedEnvironment: Hashable, Sendable {
    /// The variables.
    public var variables: [String: String]

    /// Exactly these variables.
    public init(_ variables: [String: String]) {
        self.variables = variables
    }

    /// Only what programs need to find their way: no credentials that this program was given.
    ///
    /// `PATH HOME LANG LANGUAGE TZ TMPDIR USER LOGNAME SHELL TERM`, `LC_*` and `XDG_RUNTIME_DIR`.
    public static let usual = InheritedEnvironment(
        ProcessVariables.current.filter { usualNames.contains($0.key) || $0.key.hasPrefix("LC_") })

    /// Everything, credentials included.
    public static let all = InheritedEnvironment(ProcessVariables.current)

    /// Nothing.
    public static let none = InheritedEnvironment([:])

    /// The usual variables and those of these names, where they are set.
    public static func usual(and names: [String]) -> InheritedEnvironment {
        var result = usual
        for name in names { result.variables[name] = ProcessVariables.current[name] }
        return result
    }

    private static let usualNames: Set<String> = [
        "PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "USER", "LOGNAME", "SHELL", "TERM", "XDG_RUNTIME_DIR",
    ]
}

/// The program's own environment.
enum ProcessVariables {
    /// As it was at the first use.
    static let current = ProcessInfo.processInfo.environment
}
