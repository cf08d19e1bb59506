/// A job that was refused at the border, with every fault that was found.
public struct InvalidJob: Error, Hashable, Sendable, CustomStringConvertible {
    /// The faults, in the order of the fields; never empty, at most ``issuesKept``.
    public let issues: [FieldIssue]

    /// How many faults are reported at most.
    public static let issuesKept = 50

    /// Makes an error from faults.
    public init(issues: [FieldIssue]) {
        self.issues = Array(issues.prefix(Self.issuesKept))
    }

    /// The same faults with a prefix before each path, such as `jobs[3]`.
    public func prefixed(_ prefix: String) -> InvalidJob {
        InvalidJob(issues: issues.map { FieldIssue(path: FieldIssue.join(prefix, $0.path), message: $0.message) })
    }

    /// The text for people and logs.
    public var description: String {
        issues.map(\.description).joined(separator: "; ")
    }
}

/// One fault in a job: which field, and what is wrong with it.
public struct FieldIssue: Hashable, Sendable, CustomStringConvertible {
    /// The field's path, such as `steps[0].http.url`; empty for the document itself.
    public let path: String
    /// What is wrong and what would be right; holds no field values that may be secret.
    public let message: String

    /// Makes a fault.
    public init(path: String, message: String) {
        self.path = path
        self.message = message
    }

    /// The text for people and logs.
    public var description: String { path.isEmpty ? message : "\(path): \(message)" }

    static func join(_ path: String, _ key: String) -> String {
        if path.isEmpty || key.isEmpty { return path + key }
        return key.hasPrefix("[") ? path + key : "\(path).\(key)"
    }
}
