/// Why a message of the queue protocol cannot be read, and where.
package struct WireFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The field's path, such as `events[3].key`; empty for the message itself.
    package let path: String
    /// What is wrong and what would be right; holds no values.
    package let message: String

    /// Whether the message is no JSON at all.
    package let isSyntax: Bool

    package init(path: String, message: String, isSyntax: Bool = false) {
        self.path = path
        self.message = message
        self.isSyntax = isSyntax
    }

    /// The same fault seen from outside: paths are put together only when there is a fault.
    package func prefixed(_ prefix: String) -> WireFault {
        WireFault(path: FieldIssue.join(prefix, path), message: message)
    }

    /// The fault as one of a document.
    package var issue: FieldIssue { FieldIssue(path: path, message: message) }

    package var description: String { issue.description }
}
