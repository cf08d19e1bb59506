internal import JobCore

/// Calls to the parameter store of Systems Manager, which also knows the newest images.
public struct SSMClient: Sendable {
    /// The core that it calls through.
    public let client: AWSClient

    /// Makes a client.
    public init(_ client: AWSClient) {
        self.client = client
    }

    /// The value of a parameter.
    ///
    /// - Parameters:
    ///   - name: such as `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64`.
    ///   - isDecrypted: whether a secret one is decrypted; otherwise its ciphertext comes.
    /// - Returns: the value; nil when there is no such parameter.
    /// - Throws: ``AWSError``; ``CredentialTrouble``; ``AWSConfigurationError``; `CancellationError`.
    public func parameter(_ name: String, isDecrypted: Bool = false) async throws -> String? {
        let body: JSONValue = .object(["Name": .string(name), "WithDecryption": .bool(isDecrypted)])
        let call = AWSCall.json(.ssm, "GetParameter", target: "AmazonSSM", body.utf8)
        let answer: AWSAnswer
        do {
            answer = try await client.send(call)
        } catch let error as AWSError where error.code == "ParameterNotFound" {
            return nil
        }
        guard let value = (try? JSONParser.parse(answer.body))?["Parameter"]?["Value"]?.stringValue else {
            throw AWSError(
                service: "ssm", operation: "GetParameter", code: AWSError.ClientCode.badAnswer,
                message: "the answer has no value", category: .other)
        }
        return value
    }

    /// The id of the newest Amazon Linux 2023 image.
    ///
    /// - Parameter architecture: `arm64` or `x86_64`.
    /// - Throws: as ``parameter(_:isDecrypted:)`` does; ``AWSError`` of category `notFound` when the region has none.
    public func amazonLinuxImage(architecture: String) async throws -> String {
        let name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-\(architecture)"
        guard let image = try await parameter(name) else {
            throw AWSError(
                service: "ssm", operation: "GetParameter", code: "ParameterNotFound", message: "there is no \(name)")
        }
        return image
    }
}
