internal import HTTPTypes
public import JobCore

/// What jobs that come over HTTP may contain; pure.
///
/// Workers decide once more what they run; this refuses what nobody should even store.
public struct SubmissionPolicy: Sendable {
    /// A kind of step that can be allowed.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// HTTP requests.
        case http
        /// Script directories.
        case script
        /// Commands as a list of arguments.
        case command
        /// Commands as a line for the shell.
        case shell
        /// Containers.
        case container
    }

    /// The allowed kinds of steps.
    public var kinds: Set<Kind>
    /// The allowed handlers of the embedding program, by name.
    public var handlers: Set<String>
    /// The allowed images; nil for any.
    ///
    /// A text that ends in `*` allows all that begin like it.
    public var images: [String]?
    /// The allowed script directories, written as in the job or with a `*` at the end; nil for any.
    public var scriptDirectories: [String]?
    /// Whether containers may be shown directories of their host.
    public var allowsMounts: Bool
    /// Says what is wrong with a URL of an HTTP step or a callback; nil when it may be used.
    public var refusal: @Sendable (_ url: String) -> String?

    /// Makes a policy; by default steps may only send HTTP requests.
    public init(
        kinds: Set<Kind> = [.http], handlers: Set<String> = [], images: [String]? = nil,
        scriptDirectories: [String]? = nil, allowsMounts: Bool = false,
        refusal: @escaping @Sendable (_ url: String) -> String? = { _ in nil }
    ) {
        self.kinds = kinds
        self.handlers = handlers
        self.images = images
        self.scriptDirectories = scriptDirectories
        self.allowsMounts = allowsMounts
        self.refusal = refusal
    }

    /// Checks the jobs of one submission.
    ///
    /// - Throws: ``Problem`` with 403 naming each field that is not allowed.
    public func check(_ jobs: [JobSpec]) throws(Problem) {
        var issues: [FieldIssue] = []
        for (index, job) in jobs.enumerated() where issues.count < InvalidJob.issuesKept {
            let prefix = jobs.count == 1 ? "" : "jobs[\(index)]."
            for (place, step) in job.steps.enumerated() {
                issues += faults(of: step.action).map {
                    FieldIssue(path: "\(prefix)steps[\(place)].\($0.path)", message: $0.message)
                }
            }
            for (place, callback) in job.callbacks.enumerated() {
                if let message = refusal(callback.url) {
                    issues.append(FieldIssue(path: "\(prefix)callbacks[\(place)].url", message: message))
                }
            }
        }
        guard issues.isEmpty else {
            let kept = Array(issues.prefix(InvalidJob.issuesKept))
            throw Problem(
                .forbidden, code: "notPermitted",
                "this server does not run that: \(kept.map(\.description).joined(separator: "; "))", errors: kept)
        }
    }

    private func faults(of action: StepAction) -> [FieldIssue] {
        switch action {
        case .http(let action):
            guard kinds.contains(.http) else { return [notAllowed(.http, "http")] }
            return refusal(action.url).map { [FieldIssue(path: "http.url", message: $0)] } ?? []
        case .command(let action):
            switch action.invocation {
            case .argv: return kinds.contains(.command) ? [] : [notAllowed(.command, "command.argv")]
            case .shell: return kinds.contains(.shell) ? [] : [notAllowed(.shell, "command.shell")]
            }
        case .script(let action):
            guard kinds.contains(.script) else { return [notAllowed(.script, "script")] }
            return Self.matches(action.directory, scriptDirectories)
                ? [] : [FieldIssue(path: "script.directory", message: "is not an allowed script directory")]
        case .container(let action):
            guard kinds.contains(.container) else { return [notAllowed(.container, "container")] }
            var issues: [FieldIssue] = []
            if !Self.matches(action.image, images) {
                issues.append(FieldIssue(path: "container.image", message: "is not an allowed image"))
            }
            if !allowsMounts, !action.mounts.isEmpty {
                issues.append(FieldIssue(path: "container.mounts", message: "are not allowed"))
            }
            return issues
        case .handler(let action):
            return handlers.contains(action.name)
                ? [] : [FieldIssue(path: "handler.name", message: "is not an allowed handler")]
        }
    }

    private func notAllowed(_ kind: Kind, _ path: String) -> FieldIssue {
        let allowed = kinds.map(\.rawValue).sorted().joined(separator: ", ")
        return FieldIssue(
            path: path, message: "steps of kind \(kind.rawValue) are not allowed; allowed: \(allowed)")
    }

    private static func matches(_ text: String, _ patterns: [String]?) -> Bool {
        guard let patterns else { return true }
        return patterns.contains { pattern in
            pattern.hasSuffix("*") ? text.hasPrefix(pattern.dropLast()) : text == pattern
        }
    }
}
