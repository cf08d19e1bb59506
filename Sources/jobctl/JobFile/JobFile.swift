internal import JobCore

/// The jobs of a job file: all of them or, when any is refused, none.
struct JobFile {
    /// The file's name as messages show it.
    let name: String
    /// The jobs, in the order of the file; never empty.
    let jobs: [JobSpec]
    /// Whether the file was written as a batch: as a list, with `jobs`, or as many documents.
    let isBatch: Bool

    /// Reads a file of YAML or JSON; `-` is standard input.
    ///
    /// - Throws: ``FileRefused`` naming every fault; ``CommandFailure`` when the file cannot be read.
    init(path: String) throws {
        let file = try DocumentFile(path: path, kind: .job)
        var jobs: [JobSpec] = []
        var issues: [(document: Int, issue: FieldIssue)] = []
        for (index, document) in file.documents.enumerated() {
            let wrong = Self.faultsAround(document)
            if !wrong.isEmpty {
                issues += wrong.map { (index, $0) }
                continue
            }
            for entry in Self.entries(of: document) {
                do throws(InvalidJob) {
                    jobs.append(try JobSpec(json: entry.value))
                } catch {
                    issues += error.prefixed(entry.path).issues.map { (index, $0) }
                }
                if issues.count >= InvalidJob.issuesKept { break }
            }
        }
        if !issues.isEmpty { throw try file.refusal(for: issues) }
        guard !jobs.isEmpty else {
            throw FileRefused(file: file.name, faults: [DocumentFault(message: "the file holds no job")])
        }
        name = file.name
        self.jobs = jobs
        isBatch =
            file.documents.count > 1 || jobs.count > 1 || Self.entries(of: file.documents[0]).first?.path != ""
    }

    /// What is wrong with a document that has its jobs in `jobs`, besides the jobs; empty for any other.
    private static func faultsAround(_ document: JSONValue) -> [FieldIssue] {
        guard case .object(let object) = document, let jobs = object["jobs"], object["steps"] == nil else { return [] }
        guard case .array = jobs else { return [FieldIssue(path: "jobs", message: "must be a list of jobs")] }
        return object.members.filter { $0.key != "jobs" }.map {
            FieldIssue(path: String($0.key.prefix(80)), message: "may not stand beside jobs")
        }
    }

    /// The jobs of one document with the paths where they stand.
    private static func entries(of document: JSONValue) -> [(path: String, value: JSONValue)] {
        switch document {
        case .array(let items): return items.enumerated().map { ("[\($0)]", $1) }
        case .object(let object):
            guard object.count == 1, case .array(let items)? = object["jobs"] else { return [("", document)] }
            return items.enumerated().map { ("jobs[\($0)]", $1) }
        default: return [("", document)]
        }
    }
}
