#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Measures JobKit beside its peers and limits.
///
/// `Scripts/bench` builds and calls it.
@main
struct Bench {
    static func main() async {
        do {
            try await run(Arguments(CommandLine.arguments))
        } catch {
            Context.tell("bench: \(error)")
            exit(1)
        }
    }

    private static func run(_ arguments: Arguments) async throws {
        if let work = arguments.child { return try await Children.run(work, arguments.names) }
        let rows = try arguments.rows()
        let context = try Context(
            peers: arguments.peers, python: arguments.python, jobctl: arguments.jobctl ?? arguments.sibling("jobctl"),
            itself: arguments.program, pairs: arguments.pairs, isAlone: arguments.isAlone)
        defer { context.cleanUp() }
        var reports: [Report] = []
        for row in rows {
            Context.tell("measuring \(row.name)")
            do {
                reports += try await row.measure(context)
            } catch {
                reports.append(
                    Report(row: row.name, what: "not measured", unit: "", ours: [], notes: ["\(error)"]))
            }
        }
        Console.print(arguments.isJSON ? ReportJSON.render(reports) : Table.render(reports))
    }
}
