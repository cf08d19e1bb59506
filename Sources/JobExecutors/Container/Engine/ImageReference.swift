/// A reference to an image: repository, and tag or digest.
///
/// A name without a registry's host belongs to the engine's default registry. Without tag and digest the tag is
/// `latest`, so that a pull never fetches all tags.
///
/// Source: https://pkg.go.dev/github.com/distribution/reference
package struct ImageReference: Hashable, Sendable, CustomStringConvertible {
    /// Where the image comes from, such as `alpine` or `registry.example.org:5000/team/tool`.
    package let repository: String
    /// The tag; nil when only a digest was given.
    package let tag: String?
    /// The digest, such as `sha256:` and 64 hexadecimal digits.
    package let digest: String?

    /// Reads a reference; nil when it is none.
    package init?(_ text: String) {
        var name = text[...]
        if let sign = name.firstIndex(of: "@") {
            let digest = name[name.index(after: sign)...]
            guard Self.isDigest(digest) else { return nil }
            self.digest = String(digest)
            name = name[..<sign]
        } else {
            digest = nil
        }
        // A colon before the last slash parts a host and its port.
        let lastPart = name.lastIndex(of: "/").map { name.index(after: $0) } ?? name.startIndex
        if let colon = name[lastPart...].firstIndex(of: ":") {
            let tag = name[name.index(after: colon)...]
            guard Self.isTag(tag) else { return nil }
            self.tag = String(tag)
            name = name[..<colon]
        } else {
            tag = digest == nil ? "latest" : nil
        }
        guard Self.isRepository(name) else { return nil }
        repository = String(name)
    }

    /// What a pull asks for beside the repository: the digest where there is one, because it says more than a tag.
    var version: String { digest ?? tag ?? "latest" }

    /// The whole reference.
    package var description: String { repository + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "") }

    private static func isDigest(_ text: Substring) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && parts[0].utf8.allSatisfy(isLowerOrDigit)
            && parts[1].utf8.count >= 32
            && parts[1].utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }

    private static func isTag(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, isAlphanumeric(first) || first == UInt8(ascii: "_") else { return false }
        return text.utf8.count <= 128 && text.utf8.allSatisfy { isAlphanumeric($0) || "_.-".utf8.contains($0) }
    }

    private static func isRepository(_ text: Substring) -> Bool {
        guard !text.isEmpty, text.utf8.count <= 255 else { return false }
        var parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count > 1, let host = parts.first,
            host == "localhost" || host.utf8.contains(where: { ".:".utf8.contains($0) })
        {
            guard isHost(host) else { return false }
            parts.removeFirst()
        }
        return parts.allSatisfy { part in
            guard let first = part.utf8.first, let last = part.utf8.last else { return false }
            return isLowerOrDigit(first) && isLowerOrDigit(last)
                && part.utf8.allSatisfy { isLowerOrDigit($0) || "_.-".utf8.contains($0) }
        }
    }

    private static func isHost(_ text: Substring) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let name = parts.first, !name.isEmpty else { return false }
        guard name.utf8.allSatisfy({ isAlphanumeric($0) || ".-".utf8.contains($0) }) else { return false }
        return parts.count == 1 || UInt16(parts[1]) != nil
    }

    private static func isLowerOrDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...122).contains(byte)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool { isLowerOrDigit(byte) || (65...90).contains(byte) }
}
