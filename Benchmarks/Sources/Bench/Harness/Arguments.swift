/// The command line: rows by name, and where `Scripts/bench` put things.
struct Arguments {
    let program: String
    var names: [String] = []
    var isJSON = false
    var pairs = 3
    var isAlone = false
    var peers = "."
    var python: String?
    /// The built `jobctl`; nil for the one beside this program.
    var jobctl: String?
    /// What this process does as the other process of a row.
    var child: String?

    init(_ arguments: [String]) throws {
        program = arguments.first ?? "Bench"
        var rest = arguments.dropFirst()
        while let argument = rest.popFirst() {
            switch argument {
            case "--json": isJSON = true
            case "--alone": isAlone = true
            case "--pairs": pairs = max(1, Int(rest.popFirst() ?? "") ?? 3)
            case "--peers": peers = rest.popFirst() ?? "."
            case "--python": python = rest.popFirst()
            case "--jobctl": jobctl = rest.popFirst()
            case "--child": child = rest.popFirst()
            case _ where argument.hasPrefix("-"):
                throw BenchError("unknown option \(argument); there are --json, --alone and --pairs NUMBER")
            // The rows of the HTTP service.
            case "http": names += ["B1", "B2", "B3", "B4"]
            default: names.append(argument)
            }
        }
    }

    /// The chosen rows; all when none is named.
    func rows() throws -> [Row] {
        for name in names where !Rows.all.contains(where: { $0.name == name }) {
            throw BenchError("there is no row \(name); there are \(Rows.all.map(\.name).joined(separator: " "))")
        }
        return Rows.all.filter { names.isEmpty || names.contains($0.name) }
    }

    /// A program beside this one.
    func sibling(_ name: String) -> String {
        guard let slash = program.lastIndex(of: "/") else { return name }
        return program[...slash] + name
    }
}
