internal import JobAWS
internal import JobCore

/// The fleets of a fleet file, one in each document: all of them or, when any is refused, none.
struct FleetFile {
    /// The fleets, in the order of the file; never empty.
    let fleets: [FleetSpecification]

    /// Reads a file of YAML or JSON; `-` is standard input.
    ///
    /// - Throws: ``FileRefused`` naming every fault; ``CommandFailure`` when the file cannot be read.
    init(path: String) throws {
        let file = try DocumentFile(path: path, kind: .fleet)
        var fleets: [FleetSpecification] = []
        var issues: [(document: Int, issue: FieldIssue)] = []
        for (index, document) in file.documents.enumerated() {
            do throws(InvalidFleet) {
                let fleet = try FleetSpecification(json: document)
                if fleets.contains(where: { $0.name == fleet.name }) {
                    issues.append((index, FieldIssue(path: "name", message: "is the name of an earlier fleet")))
                }
                fleets.append(fleet)
            } catch {
                issues += error.issues.map { (index, $0) }
            }
        }
        if !issues.isEmpty { throw try file.refusal(for: issues) }
        self.fleets = fleets
    }
}
