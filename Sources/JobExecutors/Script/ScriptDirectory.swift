internal import Glibc
internal import JobCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What a script directory holds.
struct ScriptDirectory: Sendable {
    /// An entry that is not run.
    struct Skipped: Hashable, Sendable {
        var name: String
        /// Why, as a clause: `is not executable`.
        var reason: String
    }

    /// Its real path.
    var path: String
    /// The executables' names, in the order of their bytes, whatever the locale.
    var scripts: [String] = []
    /// The other entries, in the same order.
    var skipped: [Skipped] = []

    /// Reads a directory below `root`.
    ///
    /// Blocks.
    ///
    /// - Throws: ``StepFailure``: `invalidStep` when there is none, with exit code 2 as its output; `notPermitted` when
    ///   it leads outside the root.
    init(_ name: String, root: String) throws(StepFailure) {
        do throws(StepFailure) {
            guard Self.isPlain(name) else {
                throw StepFailure(
                    .notPermitted, "\"\(name)\" is no relative path without empty, . or .. parts", isRetryable: false)
            }
            path = try PathConfinement(base: root).resolve(name)
        } catch {
            throw Self.missing(name, root: root, error)
        }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw Self.missing(name, root: root, .badDirectory(path, ENOTDIR))
        }
        let realRoot = try PathConfinement.realPath(root)
        for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            if let reason = Self.reasonToSkip(name, in: path, root: realRoot) {
                skipped.append(Skipped(name: name, reason: reason))
            } else {
                scripts.append(name)
            }
        }
    }

    private static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && !name.utf8.contains(0)
            && name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
                !["", ".", ".."].contains($0)
            }
    }

    private static func missing(_ name: String, root: String, _ cause: StepFailure) -> StepFailure {
        guard cause.code == .invalidStep else { return cause }
        return StepFailure(
            .invalidStep, "there is no script directory \"\(name)\" in \(root); create it or correct the name",
            isRetryable: false, output: StepOutput(exitCode: 2))
    }

    private static func reasonToSkip(_ name: String, in path: String, root: String) -> String? {
        if name.hasPrefix(".") { return "is hidden" }
        if name.hasSuffix("~") { return "is a backup file" }
        let place = "\(path)/\(name)"
        var status = stat()
        guard stat(place, &status) == 0 else { return "is a broken link" }
        if status.st_mode & S_IFMT == S_IFDIR { return "is a directory" }
        guard status.st_mode & S_IFMT == S_IFREG else { return "is no regular file" }
        guard access(place, X_OK) == 0 else { return "is not executable" }
        guard let real = try? PathConfinement.realPath(place), PathConfinement.contains(root, real) else {
            return "is a link that leads outside the script root"
        }
        return nil
    }
}
