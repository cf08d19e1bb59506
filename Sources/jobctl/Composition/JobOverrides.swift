internal import ArgumentParser
internal import JobCore

/// Options that change the jobs of a file before they are stored.
struct JobOverrides: ParsableArguments {
    @Option(help: ArgumentHelp("Store them in this named queue.", valueName: "name"))
    var queue: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Their priority; lower runs first.", valueName: "number"))
    var priority: Int?

    @Option(
        help: ArgumentHelp("Not to be started before this RFC 3339 time.", valueName: "time"),
        transform: ArgumentReading.time)
    var notBefore: Timestamp?

    @Option(help: ArgumentHelp("A key that only one unfinished job holds.", valueName: "key"))
    var uniqueKey: String?

    @Option(
        name: .customLong("tag"), help: ArgumentHelp("A tag to add; may be repeated.", valueName: "key=value"),
        transform: ArgumentReading.pair)
    var tags: [KeyValue] = []

    @Option(
        help: ArgumentHelp("Metadata to add; may be repeated.", valueName: "key=value"),
        transform: ArgumentReading.pair)
    var metadata: [KeyValue] = []

    /// The jobs with what was said here in place of what the file says.
    ///
    /// - Throws: ``CommandFailure`` naming each option whose value breaks a rule.
    func applied(to jobs: [JobSpec]) throws(CommandFailure) -> [JobSpec] {
        var changed: [JobSpec] = []
        for job in jobs {
            var job = job
            if let queue { job.queue = queue }
            if let priority { job.priority = priority }
            if let notBefore { job.notBefore = notBefore }
            if let uniqueKey { job.unique = UniqueKey(uniqueKey, while: job.unique?.phases ?? UniqueKey.untilFinished) }
            job.tags.merge(tags.dictionary) { $1 }
            job.metadata.merge(metadata.dictionary) { $1 }
            do throws(InvalidJob) {
                try job.validate()
            } catch {
                // The file was valid, so what is wrong came from an option.
                let issues = error.issues.map { "--\(Self.option(for: $0.path)): \($0.message)" }
                throw CommandFailure(.usage, issues.joined(separator: "; "))
            }
            changed.append(job)
        }
        return changed
    }

    private static func option(for path: String) -> String {
        if path.hasPrefix("tags") { return "tag \(path.dropFirst(5))" }
        if path.hasPrefix("metadata") { return "metadata \(path.dropFirst(9))" }
        return ["notBefore": "not-before", "uniqueKey": "unique-key"][path] ?? path
    }
}
