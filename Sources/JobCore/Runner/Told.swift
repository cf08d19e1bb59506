/// What the machine of a runner was told.
struct Told {
    var notice: WorkerNotice?
    /// When what runs must have ended; nil while it may go on.
    var hardStop: Timestamp?

    var isInterrupted: Bool { hardStop != nil }

    /// Why jobs are given back, for people.
    var reason: String {
        let message = notice?.message ?? ""
        return message.isEmpty ? "the worker's machine is taken away" : message
    }
}

extension WorkerNotice {
    /// The notice as every store takes it: whatever wrote the message, a worker must be able to report.
    var reportable: WorkerNotice {
        var notice = self
        let line = String(decoding: message.utf8.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }, as: UTF8.self)
        notice.message = line.utf8.allSatisfy { $0 == 0x20 } ? "" : String(line.prefix(1_000))
        return notice
    }
}
