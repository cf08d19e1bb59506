internal import Crypto
internal import JobCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A key that callbacks are signed with.
///
/// Never printed: its description says only that it is one.
public struct WebhookSecret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    private let key: [UInt8]

    /// Reads a key as the Standard Webhooks scheme writes it: `whsec_` and 24 to 64 bytes in base64.
    ///
    /// Nil for anything else. Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    public init?(_ text: String) {
        let prefix = "whsec_"
        guard text.hasPrefix(prefix), let data = Data(base64Encoded: String(text.dropFirst(prefix.count))),
            (24...64).contains(data.count)
        else { return nil }
        key = Array(data)
    }

    /// The signature of a message, as one entry of `webhook-signature`: `v1,` and an HMAC-SHA256 in base64.
    ///
    /// - Parameters:
    ///   - id: the value of `webhook-id`.
    ///   - timestamp: the value of `webhook-timestamp`, in seconds since 1970.
    ///   - body: the bytes that are sent.
    public func signature(id: String, timestamp: Int64, body: [UInt8]) -> String {
        var hash = HMAC<SHA256>(key: SymmetricKey(data: key))
        hash.update(data: Array("\(id).\(timestamp).".utf8))
        hash.update(data: body)
        return "v1,\(Data(hash.finalize()).base64EncodedString())"
    }

    /// Says nothing of the key.
    public var description: String { "[redacted]" }

    /// Says nothing of the key.
    public var debugDescription: String { description }
}
