internal import ArgumentParser
internal import JobCore

/// `jobctl doctor`: looks whether jobs can run here.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check what jobs need on this machine, and say what to do about it.",
        discussion: """
            Ends with 0 unless something fails; a warning is no failure. With --json:
            {"ok": BOOLEAN, "checks": [{"name", "status", "detail", "advice"}]}.

            EXAMPLES:
              jobctl doctor
              jobctl doctor --store sqlite:/srv/jobs.sqlite --json
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let time = TimeSource.system
        var checkups = [await SystemCheckups.httpLibrary()]
        checkups += await StoreCheckups(location: try store.location(), time: time).all()
        checkups += [SystemCheckups.shell(), await EngineCheckup.run(), SystemCheckups.clock(time)]
        let isWell = !checkups.contains { $0.verdict == .fail }
        if output.json {
            await Console.shared.print(json: ["ok": .bool(isWell), "checks": .array(checkups.map(\.json))])
        } else {
            await Console.shared.print(lines: checkups.flatMap { Self.lines(of: $0, style: .standardOutput) })
        }
        if !isWell { throw CommandFailure(.unsuccessful) }
    }

    private static func lines(of checkup: Checkup, style: Style) -> [String] {
        let colour: Style.Colour =
            switch checkup.verdict {
            case .ok: .good
            case .warn: .waiting
            case .fail: .bad
            }
        let gap = checkup.verdict == .ok ? "  " : ""
        let name = checkup.name + String(repeating: " ", count: max(0, 11 - checkup.name.count))
        let line = "\(style(checkup.verdict.rawValue, colour))\(gap)  \(name) \(checkup.finding)"
        return [line] + (checkup.advice.map { ["                  → \($0)"] } ?? [])
    }
}
