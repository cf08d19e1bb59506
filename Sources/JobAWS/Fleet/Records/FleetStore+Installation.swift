public import JobCore

extension FleetStore {
    /// The word by which this installation's instances are tagged.
    ///
    /// It is kept in the store, so that all programs on one store mean the same, and made up at the first call, so that
    /// two installations in one account never take each other's instances for their own.
    ///
    /// - Parameters:
    ///   - wanted: the word to use; nil for the one that the store keeps, or a new one.
    ///   - random: for a new one.
    /// - Throws: ``InstallationTaken`` when the store keeps another word and instances still bear it; ``InvalidFleet``
    ///   when the word is not 1 to 64 letters, digits, `.`, `_` or `-`; `QueueError`.
    public func installation(_ wanted: String? = nil, random: RandomSource = .system) async throws -> String {
        if let wanted {
            let issues = IssueList()
            FieldRules(issues: issues).word(wanted, "owner")
            if !issues.issues.isEmpty { throw InvalidFleet(issues: issues.issues) }
        }
        var conflicts = 0
        while true {
            let stored = try await records.record(Self.installationKey, in: Collection.lock)
            let known = stored?.value["owner"]?.stringValue
            if let known, wanted == nil || wanted == known { return known }
            if let known, try await instances().contains(where: { $0.phase != .gone }) {
                throw InstallationTaken(owner: known)
            }
            let owner = wanted ?? Self.newInstallation(random)
            do {
                try await records.write([
                    RecordChange(
                        .put(["owner": .string(owner)]), Self.installationKey, in: Collection.lock,
                        expecting: stored.map { .version($0.version) } ?? .absent)
                ])
                return owner
            } catch let conflict as RecordConflict {
                conflicts += 1
                if conflicts == 10 { throw conflict }
            }
        }
    }

    private static let installationKey = "installation"

    private static func newInstallation(_ random: RandomSource) -> String {
        var random = random
        let letters = Array("0123456789abcdefghijklmnopqrstuvwxyz")
        return "jobkit-" + String((0..<10).map { _ in letters[Int.random(in: 0..<36, using: &random)] })
    }
}

/// Thrown when an installation is to be renamed while instances bear its old name.
public struct InstallationTaken: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name that the store keeps.
    public var owner: String

    /// The text for people and logs.
    public var description: String {
        "instances of this store still bear the owner \(owner); let them end first (jobctl fleet drain), or use that word"
    }
}
