internal import ArgumentParser
internal import Logging

/// What a long-running command logs on standard error, and how.
struct LoggingOptions: ParsableArguments {
    /// The two forms of log lines.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    @Option(
        help: ArgumentHelp("The least important lines to log: trace, debug, info, notice, warning, error or critical."),
        transform: { text in
            guard let level = Logger.Level(rawValue: text) else { throw ValidationError("there is no level '\(text)'") }
            return level
        })
    var logLevel: Logger.Level = .info

    @Option(help: ArgumentHelp("The form of log lines: text or json."))
    var logFormat: Format = .text

    /// The logger that is asked for.
    func logger() -> Logger {
        var logger = Logger(label: "jobctl") { _ in LineLogHandler(format: logFormat) }
        logger.logLevel = logLevel
        return logger
    }
}
