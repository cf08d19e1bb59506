/// The rules that many fields share; each notes a fault under the field's path.
///
/// Paths are put together only for faults: most jobs have none, and each of their fields has a path.
package struct FieldRules {
    package let issues: IssueList

    package init(issues: IssueList) {
        self.issues = issues
    }

    package func text(_ value: String, _ path: @autoclosure () -> String, _ length: ClosedRange<Int>) {
        // Bytes are a cheap upper bound, so that the usual short text costs no character count.
        if value.utf8.count > length.upperBound, value.count > length.upperBound {
            issues.add(path(), "must have at most \(length.upperBound) characters")
        } else if value.isEmpty {
            issues.add(path(), "must not be empty")
        } else if value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            issues.add(path(), "must not hold control characters")
        } else if value.utf8.allSatisfy({ $0 == 0x20 }) {
            issues.add(path(), "must not be blank")
        }
    }

    /// A name for machines: 1 to 64 letters, digits, `.`, `_` or `-`.
    package func word(_ value: String, _ path: @autoclosure () -> String) {
        if value.isEmpty || value.utf8.count > 64 || !value.utf8.allSatisfy(Self.isWordByte) {
            issues.add(path(), "must be 1 to 64 letters, digits, . _ or -")
        }
    }

    /// The name of a queue that jobs may be put into.
    func queue(_ name: String) {
        word(name, "queue")
        if name == JobSpec.callbacksQueue { issues.add("queue", "is kept for callbacks; name another queue") }
    }

    func priority(_ value: Int) { range(value, "priority", -1_000_000...1_000_000) }

    func notBefore(_ time: Timestamp) {
        if time.microseconds < 0 || time > Limits.latestTime {
            issues.add("notBefore", "must lie between 1970 and 9999")
        }
    }

    package func range(_ value: Int, _ path: @autoclosure () -> String, _ range: ClosedRange<Int>) {
        if !range.contains(value) {
            issues.add(path(), "must lie between \(range.lowerBound) and \(range.upperBound)")
        }
    }

    package func duration(_ value: Duration?, _ path: @autoclosure () -> String, atLeast least: Duration) {
        guard let value, value < least || value > Limits.longestDuration else { return }
        issues.add(path(), "must lie between \(least.jobText) and \(Limits.longestDuration.jobText)")
    }

    package func labels(_ labels: [String: String], _ path: @autoclosure () -> String, valueLimit: Int) {
        guard !labels.isEmpty else { return }
        if labels.count > 50 { issues.add(path(), "must have at most 50 entries") }
        for (key, value) in labels.sorted(by: { $0.key < $1.key }) {
            let field = "\(path()).\(key.prefix(80))"
            if key.isEmpty || key.utf8.count > 64 || !key.utf8.allSatisfy(Self.isWordByte) {
                issues.add(field, "its name must be 1 to 64 letters, digits, . _ or -")
            }
            if value.utf8.count > valueLimit || value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
                issues.add(field, "must have at most \(valueLimit) bytes and no control characters")
            }
        }
    }

    func environment(_ variables: [String: String], _ path: @autoclosure () -> String) {
        guard !variables.isEmpty else { return }
        if variables.count > 1_000 { issues.add(path(), "must have at most 1000 entries") }
        for (name, value) in variables.sorted(by: { $0.key < $1.key }) {
            let field = "\(path()).\(name.prefix(80))"
            if name.isEmpty || name.utf8.contains(where: { $0 == UInt8(ascii: "=") || $0 <= 0x20 || $0 >= 0x7F }) {
                issues.add(field, "its name must have no =, spaces or control characters")
            }
            if value.utf8.contains(0) { issues.add(field, "must not hold a NUL character") }
        }
    }

    /// An absolute `http` or `https` URL.
    package func url(_ value: String, _ path: @autoclosure () -> String) {
        let scheme = ["http://", "https://"].first { value.lowercased().hasPrefix($0) }
        let rest = value.dropFirst(scheme?.count ?? 0)
        if scheme == nil || rest.isEmpty || "/?#".contains(rest.first ?? "/") {
            issues.add(path(), "must be an absolute http or https URL")
        } else if value.utf8.count > 8_192 || value.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
            issues.add(path(), "must have at most 8192 bytes and no spaces or control characters")
        } else if !Self.hasPossiblePort(rest.prefix { !"/?#".contains($0) }) {
            issues.add(path(), "must have a port between 0 and 65535, if any")
        }
    }

    private static func hasPossiblePort(_ authority: Substring) -> Bool {
        // What stands before an @ belongs to the user, and an address in brackets has colons of its own.
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? authority
        guard let colon = host.lastIndex(of: ":"), !host[colon...].contains("]") else { return true }
        let port = host[host.index(after: colon)...]
        return port.isEmpty || port.allSatisfy { ("0"..."9").contains($0) } && UInt16(port) != nil
    }

    package func path(_ value: String, _ path: @autoclosure () -> String) {
        if value.isEmpty || value.utf8.contains(0) || value.utf8.count > 4_096 {
            issues.add(path(), "must be a path of at most 4096 bytes without NUL characters")
        }
    }

    package static func isWordByte(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) || byte == 45 || byte == 46
            || byte == 95
    }

    /// The characters of an HTTP field name. Source: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
    static func isTokenByte(_ byte: UInt8) -> Bool {
        isWordByte(byte) || [33, 35, 36, 37, 38, 39, 42, 43, 94, 96, 124, 126].contains(byte)
    }
}
