internal import JobCore
internal import Logging
internal import Synchronization

/// Tells people once what keeps a run from going on, such as a full disk, and nothing else of what is logged.
struct TroubleLogHandler: LogHandler {
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]
    private let told = Told()

    private final class Told: Sendable {
        private let texts = Mutex<Set<String>>([])

        /// Notes a text; false when it was told before.
        func begin(_ text: String) -> Bool { texts.withLock { $0.insert(text).inserted } }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        // What concerns one job is shown with that job.
        guard let error = event.metadata?[JobLogKeys.error], metadata[JobLogKeys.jobID] == nil,
            event.metadata?[JobLogKeys.jobID] == nil
        else { return }
        // An error of the store begins with what was asked of it, which is not what people want to know.
        let text = "\(error)"
        let reason = text.firstRange(of: ": ").map { String(text[$0.upperBound...]) } ?? text
        if told.begin(reason) { Console.shared.noteSoon("jobctl: the run is held up: \(reason)") }
    }
}
