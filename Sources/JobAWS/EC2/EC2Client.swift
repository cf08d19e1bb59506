internal import JobCore
internal import JobTransport

/// Calls to EC2.
///
/// Each method is one operation, or all pages of one. They throw ``AWSError``, ``CredentialTrouble``,
/// ``AWSConfigurationError`` and `CancellationError`.
///
/// ```swift
/// let ec2 = EC2Client(try await AWSClient.resolved(transport: transport))
/// let instance = try await ec2.runInstances(request)[0]
/// try await ec2.terminateInstances([instance.id])
/// ```
public struct EC2Client: Sendable {
    /// The core that it calls through.
    public let client: AWSClient

    static let version = "2016-11-15"
    /// So many pages are read at most, so that an answer that never ends does not hold a caller for ever.
    static let mostPages = 1_000

    /// Makes a client.
    public init(_ client: AWSClient) {
        self.client = client
    }

    /// Performs an operation.
    ///
    /// - Returns: the outermost element of the answer.
    func call(_ operation: String, _ form: QueryForm) async throws -> XMLNode {
        let answer = try await client.send(.form(.ec2, operation, version: Self.version, form))
        do {
            return try XMLReader.parse(answer.body)
        } catch {
            throw AWSError(
                service: "ec2", operation: operation, code: AWSError.ClientCode.badAnswer,
                message: error.description, httpStatus: answer.status, requestID: answer.headers["x-amzn-RequestId"],
                category: .other)
        }
    }

    /// Performs an operation for all its pages.
    func pages(_ operation: String, _ form: QueryForm, _ read: (XMLNode) throws -> Void) async throws {
        var token: String?
        var seen: Set<String> = []
        for _ in 0..<Self.mostPages {
            var page = form
            page.add("NextToken", token)
            let answer = try await call(operation, page)
            try read(answer)
            token = answer.text("nextToken")
            guard let token else { return }
            guard seen.insert(token).inserted else { break }
        }
        throw Self.badAnswer(operation, "its pages do not end")
    }

    static func badAnswer(_ operation: String, _ what: String) -> AWSError {
        AWSError(
            service: "ec2", operation: operation, code: AWSError.ClientCode.badAnswer, message: what, category: .other)
    }
}
