import JobCore
import JobTesting
import Testing

struct Order: Codable, Hashable, Sendable {
    var id: Int
}

struct Receipt: Codable, Hashable, Sendable {
    var id: Int
    var attempt: Int
}

let charge = JobHandler<Order, Receipt>("charge")
let mail = JobHandler<Order, NoOutput>("mail")

struct Declined: Error {}

/// What somebody was told to report, for tests of reports.
final class Reports: Sendable {
    private let log = EventLog<String>()

    var reporter: IssueReporter { IssueReporter { [log] in log.record($0.message) } }
    var messages: [String] { log.events }
}

/// A job of handler steps that the fakes play.
func job(_ name: String = "job", steps: String..., retry: RetryOptions = RetryOptions()) -> JobSpec {
    JobSpec(
        name: name, retry: retry,
        steps: steps.map { StepSpec(name: $0, action: .handler(HandlerAction(name: "work"))) })
}
