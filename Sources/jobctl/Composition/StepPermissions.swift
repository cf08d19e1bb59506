internal import ArgumentParser
internal import JobCore
internal import JobHTTP

/// What steps may do on this machine.
struct StepPermissions {
    /// One thing that a step may do; `shell` is a command given as a line for the shell.
    enum Permission: String, CaseIterable {
        case http, script, command, shell, container
    }

    private let permissions: Set<Permission>

    /// Everything; what a worker on one's own machine allows.
    static let all = StepPermissions(permissions: Set(Permission.allCases))

    /// Only HTTP requests; what a server allows that was told nothing.
    static let httpOnly = StepPermissions(permissions: [.http])

    private init(permissions: Set<Permission>) {
        self.permissions = permissions
    }

    /// Reads names separated by commas.
    ///
    /// - Throws: `ValidationError`.
    init(_ text: String) throws {
        var permissions: Set<Permission> = []
        let known = Permission.allCases.map(\.rawValue).joined(separator: ", ")
        for name in ArgumentReading.names(text) {
            guard let permission = Permission(rawValue: name) else {
                throw ValidationError("'\(name)' is no kind of step; there are \(known)")
            }
            permissions.insert(permission)
        }
        guard !permissions.isEmpty else { throw ValidationError("--allow needs at least one of \(known)") }
        self.init(permissions: permissions)
    }

    /// What a step must be allowed to do; nil for kinds that no option is about.
    static func permission(for action: StepAction) -> Permission? {
        if case .command(let command) = action {
            return switch command.invocation {
            case .argv: .command
            case .shell: .shell
            }
        }
        return Permission(rawValue: action.kind)
    }

    /// Whether a step may do something.
    func allows(_ permission: Permission) -> Bool { permissions.contains(permission) }

    /// The same for submissions over HTTP.
    var submittable: Set<SubmissionPolicy.Kind> {
        Set(permissions.compactMap { SubmissionPolicy.Kind(rawValue: $0.rawValue) })
    }
}

/// Runs commands only in the form that is permitted.
struct PermittedCommands<Commands: JobExecutor>: JobExecutor {
    let commands: Commands
    let permissions: StepPermissions

    /// Hands the step on, or refuses it.
    func run(
        _ step: StepInvocation, reporting report: @escaping StepReporter
    ) async throws -> StepOutput {
        if case .command(let action) = step.step.action {
            guard let needed = StepPermissions.permission(for: .command(action)), permissions.allows(needed) else {
                throw StepFailure(
                    .notPermitted, "this worker runs no commands given in this form; see --allow",
                    isRetryable: false)
            }
        }
        return try await commands.run(step, reporting: report)
    }
}
