/// A call to AWS that did not succeed.
///
/// Codes and messages are AWS's own; ``category`` says what they mean for the caller. No secrets: neither bodies nor
/// signatures are kept.
public struct AWSError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The service's name in signatures, such as `ec2`.
    public var service: String
    /// The operation, such as `CreateFleet`.
    public var operation: String
    /// AWS's code, such as `InsufficientInstanceCapacity`; our own words begin with `Client.`.
    public var code: String
    /// AWS's message, at most 2,000 characters; may be empty.
    public var message: String
    /// The status of the answer; nil when there was none.
    public var httpStatus: Int?
    /// AWS's name of the call, for its support; nil when there was no answer.
    public var requestID: String?
    /// What it means for the caller.
    public var category: Category

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - service: the service.
    ///   - operation: the operation.
    ///   - code: AWS's code.
    ///   - message: AWS's message.
    ///   - httpStatus: the status.
    ///   - requestID: AWS's name of the call.
    ///   - category: its meaning; nil to derive it from the code and the status.
    public init(
        service: String, operation: String, code: String, message: String = "", httpStatus: Int? = nil,
        requestID: String? = nil, category: Category? = nil
    ) {
        self.service = service
        self.operation = operation
        self.code = code
        self.message = String(message.prefix(2_000))
        self.httpStatus = httpStatus
        self.requestID = requestID
        self.category = category ?? Category(code: code, httpStatus: httpStatus)
    }

    /// The call, the code, the message, what to do, and AWS's name of the call.
    public var description: String {
        let told = message.isEmpty ? "" : ": \(message)"
        let answer = [httpStatus.map { "HTTP \($0)" }, requestID.map { "request \($0)" }].compactMap { $0 }
        let note = answer.isEmpty ? "" : " (\(answer.joined(separator: ", ")))"
        let advice = category.advice.map { " \($0)" } ?? ""
        return "\(service) \(operation): \(code)\(told)\(note).\(advice)"
    }

    /// The codes of errors that come from the client and not from AWS.
    public enum ClientCode {
        /// No answer came.
        public static let network = "Client.Network"
        /// The answer could not be read.
        public static let badAnswer = "Client.BadAnswer"
        /// The request was not sent, because it cannot be right.
        public static let badRequest = "Client.BadRequest"
    }
}
