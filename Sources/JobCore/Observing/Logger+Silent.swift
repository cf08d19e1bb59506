public import Logging

extension Logger {
    /// A logger that says nothing; the default where a program passes none.
    public static var silent: Logger {
        Logger(label: "jobkit", factory: { _ in SwiftLogNoOpLogHandler() })
    }
}
