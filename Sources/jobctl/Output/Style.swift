#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Colours for terminals, and none elsewhere.
struct Style {
    /// What a colour means here.
    enum Colour: String {
        case good = "32"
        case bad = "31"
        case busy = "36"
        case waiting = "33"
        case faint = "2"
        case strong = "1"
    }

    /// Whether colours are shown.
    let isColoured: Bool

    /// The style for standard output: coloured on a terminal unless `NO_COLOR` is set.
    ///
    /// Source: https://no-color.org
    static var standardOutput: Style {
        let isPlain = ProcessEnvironment["NO_COLOR"] != nil || ProcessEnvironment["TERM"] == "dumb"
        return Style(isColoured: !isPlain && ProcessEnvironment.isTerminal(STDOUT_FILENO))
    }

    /// A text in a colour.
    func callAsFunction(_ text: String, _ colour: Colour) -> String {
        isColoured ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }
}
