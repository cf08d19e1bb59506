/// Why a text is no acceptable document, and where.
struct DocumentFault: Error, Hashable {
    /// The field's path; empty for the document itself.
    var path = ""
    /// The line, from 1; nil when the fault has no place.
    var line: Int?
    /// What is wrong and what would be right.
    var message: String
}

/// What a file should hold.
enum FileKind: String {
    /// Jobs.
    case job
    /// Fleets.
    case fleet
}

/// A job or fleet file that was refused, with every fault that was found.
struct FileRefused: Error {
    /// The file's name as it was given, or `stdin`.
    let file: String
    /// The faults in the order of the file; never empty.
    let faults: [DocumentFault]

    /// One line for each fault: `FILE:LINE: path: message`.
    var lines: [String] {
        faults.map { fault in
            let place = fault.line.map { ":\($0)" } ?? ""
            let path = fault.path.isEmpty ? "" : "\(fault.path): "
            return "\(file)\(place): \(path)\(fault.message)"
        }
    }
}
