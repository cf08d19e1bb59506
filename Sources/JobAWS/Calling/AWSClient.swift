public import JobCore
public import JobTransport
public import Logging
internal import Synchronization

/// What all clients of AWS services share: region, credentials, endpoints, retries, the clock's error.
///
/// Make one for each region, and the services' clients from it: `EC2Client(client)`. A call is sent again, with the
/// same body and so the same client token, after throttling, trouble at AWS and lost answers. Capacity errors are
/// never repeated. When AWS says that the clock is wrong, the server's time is taken from then on; when it says that
/// the credentials are over, they are asked for once more.
public final class AWSClient: Sendable {
    /// The region of all calls.
    public let region: AWSRegion
    /// Where the services are.
    public let endpoints: AWSEndpoints
    /// How calls are repeated.
    public let retry: AWSRetry

    let credentials: CachedCredentials
    let transport: any HTTPTransport
    let time: TimeSource
    let random: RandomSource
    let logger: Logger
    private let state: Mutex<ClientState>

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - region: the region of all calls.
    ///   - credentials: where keys come from; what they give is kept until shortly before its end.
    ///   - endpoints: where the services are; AWS's by default.
    ///   - transport: sends the requests.
    ///   - retry: how calls are repeated.
    ///   - time: the clock, for signatures and waits.
    ///   - random: for the waits.
    ///   - logger: told of repeats at the level debug.
    public init(
        region: AWSRegion, credentials: any CredentialProvider, endpoints: AWSEndpoints = AWSEndpoints(),
        transport: any HTTPTransport, retry: AWSRetry = .standard, time: TimeSource = .system,
        random: RandomSource = .system, logger: Logger = .silent
    ) {
        self.region = region
        self.credentials = credentials as? CachedCredentials ?? CachedCredentials(credentials, time: time)
        self.endpoints = endpoints
        self.transport = transport
        self.retry = retry
        self.time = time
        self.random = random
        self.logger = logger
        self.state = Mutex(ClientState(quota: RetryQuota(capacity: retry.quota)))
    }

    /// How much the server's clock is ahead of this machine's, as far as AWS has complained.
    public var clockOffset: Duration { state.withLock { $0.clockOffset } }

    /// A client of another region with all else the same.
    public func inRegion(_ region: AWSRegion) -> AWSClient {
        AWSClient(
            region: region, credentials: credentials, endpoints: endpoints, transport: transport, retry: retry,
            time: time, random: random, logger: logger)
    }

    func withState<Value: Sendable>(_ body: (inout sending ClientState) -> Value) -> Value {
        state.withLock { body(&$0) }
    }
}

/// What calls have learned.
struct ClientState: Sendable {
    var quota: RetryQuota
    /// By service and operation.
    var rates: [String: AdaptiveRate] = [:]
    var clockOffset = Duration.zero
}
