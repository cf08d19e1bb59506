internal import JobCore

/// Prints the lines of a live job: `[job/step] text`.
///
/// What steps print to standard output goes to standard output, all else to standard error.
struct NarrationOutput {
    let job: String
    /// Whether everything goes to standard error.
    let isQuiet: Bool
    private let style = Style.standardOutput
    private let noteStyle = Style(
        isColoured: Style.standardOutput.isColoured && ProcessEnvironment.isTerminal(STDERR_FILENO))

    init(job: String, isQuiet: Bool) {
        self.job = job
        self.isQuiet = isQuiet
    }

    /// Prints lines of a step.
    func print(_ lines: [String], from stream: LogEntry.Stream, of step: String?) async {
        if lines.isEmpty { return }
        if stream == .stdout, !isQuiet {
            await Console.shared.print(lines: lines.map { "\(prefix(step, style)) \($0)" })
            return
        }
        let start = prefix(step, noteStyle)
        let texts = lines.map { stream == .system ? noteStyle($0, .faint) : $0 }
        await Console.shared.note(texts.map { "\(start) \($0)" }.joined(separator: "\n"))
    }

    /// Prints how a step or the job comes along.
    func note(_ text: String, _ colour: Style.Colour, of step: String?) async {
        await Console.shared.note("\(prefix(step, noteStyle)) \(noteStyle(text, colour))")
    }

    private func prefix(_ step: String?, _ style: Style) -> String {
        style("[\(job)\(step.map { "/\($0)" } ?? "")]", .faint)
    }
}

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif
