internal import JobCore

/// The documents of a file of YAML or JSON; faults in them are told with their lines.
struct DocumentFile {
    /// The values in the order of the file; never empty.
    let documents: [JSONValue]
    private let text: DocumentText

    /// The file's name as messages show it.
    var name: String { text.name }

    /// Reads a file; `-` is standard input.
    ///
    /// - Throws: ``FileRefused`` for what is no YAML or JSON; ``CommandFailure`` when the file cannot be read.
    init(path: String, kind: FileKind) throws {
        text = try DocumentText(path: path, kind: kind)
        documents = try Self.documents(text, recordsLines: false).map(\.value)
    }

    /// The refusal of the file for faults in its documents.
    ///
    /// - Throws: ``FileRefused`` when the file is no file of documents any more.
    func refusal(for issues: [(document: Int, issue: FieldIssue)]) throws(FileRefused) -> FileRefused {
        // Only now are lines worth their price.
        let located = try Self.documents(text, recordsLines: true)
        return FileRefused(
            file: name,
            faults: issues.prefix(InvalidJob.issuesKept).map { index, issue in
                DocumentFault(path: issue.path, line: located[index].line(of: issue.path), message: issue.message)
            })
    }

    private static func documents(
        _ text: DocumentText, recordsLines: Bool
    ) throws(FileRefused) -> [LocatedDocument] {
        do throws(DocumentFault) {
            guard text.mayBeJSON else {
                return try YAMLComposer.documents(in: text.bytes, recordsLines: recordsLines)
            }
            do throws(DocumentFault) { return [try json(text.bytes, recordsLines: recordsLines)] } catch {
                guard !text.name.hasSuffix(".json"),
                    let documents = try? YAMLComposer.documents(in: text.bytes, recordsLines: recordsLines)
                else { throw error }
                return documents
            }
        } catch {
            throw FileRefused(file: text.name, faults: [error])
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
}
