public import JobCore
internal import JobTransport

/// Calls to S3 about the objects of one bucket.
///
/// They throw ``AWSError``, ``CredentialTrouble``, ``AWSConfigurationError`` and `CancellationError`. Bodies are sent
/// with their hashes, and what is repeated is repeated whole.
public struct S3Client: Sendable {
    /// The core that it calls through.
    public let client: AWSClient
    /// The bucket.
    public let bucket: String

    /// Makes a client.
    ///
    /// - Throws: ``AWSConfigurationError`` when the name cannot be one of a bucket.
    public init(_ client: AWSClient, bucket: String) throws(AWSConfigurationError) {
        guard Self.isName(bucket) else {
            throw AWSConfigurationError("a bucket's name has 3 to 63 of a-z, 0-9, . and -: \(bucket.debugDescription)")
        }
        self.client = client
        self.bucket = bucket
    }

    // Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    private static func isName(_ name: String) -> Bool {
        let isAlphanumeric = { (byte: UInt8) in (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) }
        guard (3...63).contains(name.utf8.count), let first = name.utf8.first, let last = name.utf8.last else {
            return false
        }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && name.utf8.allSatisfy { isAlphanumeric($0) || $0 == 0x2D || $0 == 0x2E }
    }

    /// A call about an object, or about the bucket when the key is empty.
    ///
    /// The bucket stands in the host name, as S3 wants it; at other endpoints, and with dots that no certificate
    /// covers, it stands in the path.
    func call(_ operation: String, _ method: HTTPMethod, key: String = "", query: [(String, String?)] = []) -> AWSCall {
        var call = AWSCall(service: .s3, operation: operation)
        call.method = method
        let isInHost = !client.endpoints.isOverridden(.s3) && !bucket.contains(".")
        call.hostPrefix = isInHost ? bucket : nil
        call.path = (isInHost ? "/" : "/\(bucket)/") + PercentEncoding.encode(key, keepingSlashes: true)
        if !query.isEmpty {
            call.query = query.map { name, value in
                PercentEncoding.encode(name) + "=" + PercentEncoding.encode(value ?? "")
            }.joined(separator: "&")
        }
        call.timeout = .seconds(300)
        return call
    }

    static func badAnswer(_ operation: String, _ what: String) -> AWSError {
        AWSError(
            service: "s3", operation: operation, code: AWSError.ClientCode.badAnswer, message: what, category: .other)
    }

    static func xml(_ answer: AWSAnswer, _ operation: String) throws -> XMLNode {
        do {
            return try XMLReader.parse(answer.body)
        } catch {
            throw badAnswer(operation, error.description)
        }
    }
}

/// What S3 tells of an object.
public struct S3Object: Hashable, Sendable {
    /// Its key.
    public var key: String
    /// Its size in bytes.
    public var size: Int64
    /// Changes with the content; not always a hash of it.
    public var etag: String
    /// When it was stored; nil when S3 does not say.
    public var modifiedAt: Timestamp?
}

/// When an object may be written.
public enum S3Condition: Hashable, Sendable {
    /// In any case.
    case always
    /// While there is none of that key.
    case ifAbsent
    /// While it still has this etag.
    case ifMatches(String)
}
