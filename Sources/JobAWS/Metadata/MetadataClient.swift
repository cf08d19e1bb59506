public import JobCore
public import JobTransport
internal import Synchronization

/// Asks the metadata service of the EC2 instance that this program runs on, by version 2 of its protocol only.
///
/// A token is fetched once and used until shortly before its end, or until the service refuses it. Each exchange has
/// 2 seconds; what fails for a passing reason is tried again a few times. Never goes through a proxy.
///
/// Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
public final class MetadataClient: Sendable {
    private let endpoint: String?
    private let transport: any HTTPTransport
    private let time: TimeSource
    private let random: RandomSource
    private let timeout: Duration
    private let attempts: Int
    private let token = Mutex<Token?>(nil)

    private struct Token: Sendable {
        var text: String
        /// The uptime until which it is used.
        var end: Duration
    }

    /// The time for which a token is asked, the longest there is.
    private static let lifetime = 21_600
    private static let mostBytes = 256 * 1024

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - transport: sends the requests.
    ///   - environment: where `AWS_EC2_METADATA_SERVICE_ENDPOINT`, `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE` and
    ///     `AWS_EC2_METADATA_DISABLED` are read.
    ///   - timeout: how long one exchange may take.
    ///   - attempts: how often each is tried, at least 1.
    ///   - time: the clock, for the token's age and for waits.
    ///   - random: for the waits.
    public init(
        transport: any HTTPTransport, environment: AWSEnvironment = .process, timeout: Duration = .seconds(2),
        attempts: Int = 3, time: TimeSource = .system, random: RandomSource = .system
    ) {
        self.transport = transport
        self.time = time
        self.random = random
        self.timeout = timeout
        self.attempts = max(1, attempts)
        if environment.flag("AWS_EC2_METADATA_DISABLED") {
            endpoint = nil
        } else if let own = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] {
            endpoint = own.hasSuffix("/") ? String(own.dropLast()) : own
        } else if environment["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"]?.lowercased() == "ipv6" {
            endpoint = "http://[fd00:ec2::254]"
        } else {
            endpoint = "http://169.254.169.254"
        }
    }

    /// One item as it is.
    ///
    /// - Parameter path: the path behind `/latest/`, such as `meta-data/ami-id`.
    /// - Returns: the text; nil when there is no such item.
    /// - Throws: ``MetadataTrouble``; `CancellationError`.
    public func item(_ path: String) async throws -> String? {
        guard let endpoint else {
            throw MetadataTrouble(.disabled, "AWS_EC2_METADATA_DISABLED is set")
        }
        var hasRenewed = false
        var attempt = 0
        while true {
            do {
                let token = try await self.token(endpoint)
                let url = "\(endpoint)/latest/\(path)"
                let (status, body) = try await exchange(.get, url, headers: ["X-aws-ec2-metadata-token": token])
                switch status {
                case 200: return String(decoding: body, as: UTF8.self)
                case 404: return nil
                case 401 where !hasRenewed:
                    hasRenewed = true
                    self.token.withLock { if $0?.text == token { $0 = nil } }
                case 401: throw MetadataTrouble(.unavailable, "\(path): it refuses the token that it gave (401)")
                case 403: throw MetadataTrouble(.refused, "\(path): it is switched off or refuses this address (403)")
                case 429, 500...599: throw MetadataTrouble(.unavailable, "\(path): HTTP \(status)")
                default: throw MetadataTrouble(.badAnswer, "\(path): HTTP \(status)")
                }
            } catch let trouble as MetadataTrouble {
                attempt += 1
                guard attempt < attempts, trouble.kind == .unavailable || trouble.kind == .unreachable else {
                    throw trouble
                }
                try await time.sleep(for: .milliseconds(100 << min(attempt, 4)) * random.unit())
            }
        }
    }

    private func token(_ endpoint: String) async throws -> String {
        if let kept = token.withLock({ $0 }), time.uptime < kept.end { return kept.text }
        let asked = time.uptime
        let (status, body) = try await exchange(
            .put, "\(endpoint)/latest/api/token", headers: ["X-aws-ec2-metadata-token-ttl-seconds": "\(Self.lifetime)"])
        guard status == 200 else {
            let kind: MetadataTrouble.Kind =
                switch status {
                case 403: .refused
                case 429, 500...599, 401: .unavailable
                default: .badAnswer
                }
            throw MetadataTrouble(kind, "it gives no token: HTTP \(status)")
        }
        let text = String(decoding: body, as: UTF8.self).trimmingSpace
        guard (1...1_024).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw MetadataTrouble(.badAnswer, "its token is no token")
        }
        token.withLock { $0 = Token(text: text, end: asked + .seconds(Self.lifetime - 15)) }
        return text
    }

    private func exchange(_ method: HTTPMethod, _ url: String, headers: HTTPHeaders) async throws -> (Int, [UInt8]) {
        var request = HTTPRequest(
            method: method, url: url, headers: headers,
            timeouts: HTTPTimeouts(connect: timeout, total: timeout, idle: timeout),
            maximumResponseBytes: Self.mostBytes)
        request.proxy = .direct
        do {
            let response = try await transport.send(request)
            return (response.status, try await response.body.collect(upTo: Self.mostBytes))
        } catch let error as TransportError {
            let isPassing = error.isTransient
            throw MetadataTrouble(isPassing ? .unreachable : .badAnswer, error.description)
        }
    }
}
