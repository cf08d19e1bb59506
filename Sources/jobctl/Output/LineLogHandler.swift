internal import JobCore
internal import Logging

/// Writes log lines to standard error: as text for people, or as JSON objects for programs.
struct LineLogHandler: LogHandler {
    let format: LoggingOptions.Format
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    init(format: LoggingOptions.Format) {
        self.format = format
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        let time = TimeSource.system.now.description
        switch format {
        case .text:
            let text = fields.map { " \($0.key)=\(Self.quoted("\($0.value)"))" }.joined()
            Console.shared.noteSoon("\(time) \(event.level.rawValue) \(event.message)\(text)")
        case .json:
            var object: JSONObject = [
                "time": .string(time), "level": .string(event.level.rawValue), "message": .string("\(event.message)"),
            ]
            for (key, value) in fields { object[key] = .string("\(value)") }
            Console.shared.noteSoon(JSONValue.object(object).text)
        }
    }

    private static func quoted(_ text: String) -> String {
        let isPlain = !text.isEmpty && !text.utf8.contains { $0 <= 0x20 || $0 == 0x22 || $0 == 0x7F }
        return isPlain ? text : JSONValue.string(text).text
    }
}
