internal import JobCore

extension Style {
    /// A job's status in its colour.
    func status(_ status: JobStatus) -> String {
        let colour: Colour =
            switch status {
            case .succeeded: .good
            case .failed, .poisoned: .bad
            case .running: .busy
            case .cancelled, .cancelling, .retrying: .waiting
            case .scheduled, .queued: .faint
            }
        return self(status.rawValue, colour)
    }

    /// A step's status in its colour.
    func status(_ status: StepRecord.Status) -> String {
        let colour: Colour =
            switch status {
            case .succeeded: .good
            case .failed: .bad
            case .running: .busy
            case .waiting, .skipped: .faint
            }
        return self(status.rawValue, colour)
    }
}

extension Timestamp {
    /// The time to the second, such as `2026-12-01T02:00:00Z`.
    var shortText: String {
        Timestamp(microseconds: microseconds - ((microseconds % 1_000_000) + 1_000_000) % 1_000_000).description
    }
}

extension Duration {
    /// The duration as people read it: milliseconds, then tenths of a second, then from a minute on seconds.
    var shortText: String {
        if self < .seconds(1) { return "\(wholeMicroseconds / 1_000)ms" }
        let tenths = wholeMicroseconds / 100_000
        if tenths < 600 { return "\(tenths / 10).\(tenths % 10)s" }
        return Duration.seconds(tenths / 10).jobText
    }
}
