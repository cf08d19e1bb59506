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
    /// - Throws: ``JobFileRefused`` naming every fault; ``CommandFailure`` when the file cannot be read.
    init(path: String) throws {
        let text = try JobFileText(path: path)
        name = text.name
        let documents = try Self.documents(text, recordsLines: false)
        var jobs: [JobSpec] = []
        var issues: [(document: Int, issue: FieldIssue)] = []
        for (index, document) in documents.enumerated() {
            for entry in Self.entries(of: document.value) {
                do throws(InvalidJob) {
                    jobs.append(try JobSpec(json: entry.value))
                } catch {
                    issues += error.prefixed(entry.path).issues.map { (index, $0) }
                }
                if issues.count >= InvalidJob.issuesKept { break }
            }
        }
        if !issues.isEmpty {
            // Only now are lines worth their price.
            let located = try Self.documents(text, recordsLines: true)
            throw JobFileRefused(
                file: name,
                faults: issues.prefix(InvalidJob.issuesKept).map { index, issue in
                    DocumentFault(path: issue.path, line: located[index].line(of: issue.path), message: issue.message)
                })
        }
        guard !jobs.isEmpty else {
            throw JobFileRefused(file: name, faults: [DocumentFault(message: "the file holds no job")])
        }
        self.jobs = jobs
        isBatch = documents.count > 1 || jobs.count > 1 || Self.entries(of: documents[0].value).first?.path != ""
    }

    private static func documents(
        _ text: JobFileText, recordsLines: Bool
    ) throws(JobFileRefused) -> [LocatedDocument] {
        do throws(DocumentFault) {
            return text.isJSON
                ? [try json(text.bytes, recordsLines: recordsLines)]
                : try YAMLComposer.documents(in: text.bytes, recordsLines: recordsLines)
        } catch {
            throw JobFileRefused(file: text.name, faults: [error])
        }
    }

    private static func json(_ bytes: [UInt8], recordsLines: Bool) throws(DocumentFault) -> LocatedDocument {
        var lines: [String: Int] = [:]
        do throws(JSONSyntaxError) {
            let value = try JSONParser.parse(
                bytes, depthLimit: YAMLComposer.Limits.depth, onValue: recordsLines ? { lines[$0] = $1 } : nil)
            return LocatedDocument(value: value, lines: lines)
        } catch {
            throw DocumentFault(line: error.line, message: "this is no JSON: \(error.message)")
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
