public import Testing

/// Where JobTesting's helpers report what a test should fail for.
///
/// Under Swift Testing nothing has to be said: ``current`` records an issue of the running test. XCTest is told by a
/// closure, so that JobTesting itself does not depend on it:
///
/// ```swift
/// let bench = TestBench(reporter: IssueReporter { XCTFail("\($0)") })
/// ```
public struct IssueReporter: Sendable {
    /// Something that a test should fail for.
    public struct Report: Sendable, CustomStringConvertible {
        /// One or more sentences.
        public let message: String
        /// The line of the test that is to blame.
        public let location: SourceLocation

        /// The location and the message.
        public var description: String { "\(location.fileID):\(location.line): \(message)" }
    }

    private let body: @Sendable (Report) -> Void

    /// Makes a reporter from a function, which may be called from any thread.
    public init(_ report: @escaping @Sendable (Report) -> Void) {
        body = report
    }

    /// Reports an issue.
    public func report(_ message: String, at location: SourceLocation) {
        body(Report(message: message, location: location))
    }

    /// The Swift Testing test that runs when this is called.
    ///
    /// - Precondition: a report comes from inside a Swift Testing test. Elsewhere a report would be lost, so the
    ///   process ends with it instead.
    public static let current = IssueReporter { report in
        guard Test.current != nil else {
            preconditionFailure(
                "no Swift Testing test runs that could fail; under XCTest pass an IssueReporter that calls XCTFail: "
                    + report.description)
        }
        Issue.record(Comment(rawValue: report.message), sourceLocation: report.location)
    }
}
