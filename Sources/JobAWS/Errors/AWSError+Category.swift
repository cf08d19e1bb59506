extension AWSError {
    /// What an error means for the one who called.
    public enum Category: String, Hashable, Sendable, CaseIterable {
        /// There are no machines of that kind at that place now: take another pool; never retried by the client.
        case capacity
        /// A limit of the account is reached: back off, or take on-demand, another family or region.
        case quota
        /// Too many calls: the client slows down and retries.
        case throttling
        /// AWS had trouble: retried with the same body.
        case transient
        /// No answer came: the call may have worked, so it is retried with the same client token.
        case network
        /// A client token was used for other parameters, or for instances that are gone: look up what exists.
        case idempotencyMismatch
        /// What was named does not exist, or not yet, a while after it was made.
        case notFound
        /// The credentials are wrong or not allowed to do this.
        case permission
        /// The credentials are over; the client asks for new ones and retries once.
        case expiredCredentials
        /// The clock is wrong; the client takes the server's and retries once.
        case clockSkew
        /// The bid is below the spot price, or the price limit cannot be met.
        case price
        /// The state of the instance forbids it, such as termination protection.
        case conflict
        /// A dry run that would have succeeded.
        case dryRunSucceeded
        /// The request is wrong and stays so.
        case invalidRequest
        /// Something else.
        case other
    }
}

extension AWSError.Category {
    /// The meaning of a code alone, also for the errors inside a `CreateFleet` answer.
    public init(ec2Code code: String) {
        self.init(code: code, httpStatus: nil)
    }

    /// The meaning of a code, and of the status where the code says nothing.
    public init(code: String, httpStatus: Int?) {
        if let known = Self.known[code] {
            self = known
        } else if let rule = Self.rules.first(where: { code.hasPrefix($0.prefix) && code.hasSuffix($0.suffix) }) {
            self = rule.category
        } else {
            self = Self.meaning(of: httpStatus)
        }
    }

    /// Whether the client itself sends the same request again.
    public var isRetried: Bool {
        switch self {
        case .throttling, .transient, .network: true
        default: false
        }
    }

    private static func meaning(of status: Int?) -> Self {
        switch status {
        case 429?, 509?: .throttling
        case 401?, 403?: .permission
        case 404?: .notFound
        case 409?, 412?: .conflict
        case 408?, 500?, 502?, 503?, 504?: .transient
        case .some(400...499): .invalidRequest
        default: .other
        }
    }

    private struct Rule {
        var prefix = ""
        var suffix = ""
        var category: AWSError.Category
    }

    /// For families of codes; the first that fits.
    private static let rules = [
        Rule(prefix: "Throttl", category: .throttling),
        Rule(prefix: "AuthFailure", category: .permission),
        Rule(prefix: "InvalidLaunchTemplate", suffix: ".NotFound", category: .notFound),
        Rule(prefix: "InvalidLaunchTemplate", suffix: "NotFoundException", category: .notFound),
        Rule(prefix: "InvalidInstanceID", suffix: ".NotFound", category: .notFound),
        Rule(prefix: "InvalidSpotInstanceRequestID", suffix: ".NotFound", category: .notFound),
        Rule(prefix: "InvalidVolume", suffix: ".NotFound", category: .notFound),
        Rule(prefix: "InvalidAMIID", category: .invalidRequest),
        Rule(prefix: "Invalid", category: .invalidRequest),
        Rule(prefix: "Missing", category: .invalidRequest),
        Rule(prefix: "Malformed", category: .invalidRequest),
        Rule(prefix: "Unknown", category: .invalidRequest),
        Rule(suffix: "LimitExceeded", category: .quota),
    ]

    // Source: https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html
    private static let known: [String: AWSError.Category] = {
        var table: [String: AWSError.Category] = [:]
        func put(_ category: AWSError.Category, _ codes: String...) {
            for code in codes { table[code] = category }
        }
        put(.dryRunSucceeded, "DryRunOperation")
        put(
            .capacity, "InsufficientInstanceCapacity", "InsufficientCapacity", "UnfulfillableCapacity",
            "InsufficientFreeAddressesInSubnet", "InsufficientHostCapacity", "InsufficientReservedInstanceCapacity",
            "InsufficientCapacityOnHost", "Unsupported", "UnsupportedOperation", "ReservationCapacityExceeded",
            "MaxFleetCountExceeded", "InsufficientAddressCapacity")
        put(.price, "SpotMaxPriceTooLow")
        put(
            .quota, "MaxSpotInstanceCountExceeded", "VcpuLimitExceeded", "InstanceLimitExceeded",
            "SpotInstanceCountExceeded", "MaxSpotFleetRequestCountExceeded", "ResourceLimitExceeded")
        put(
            .throttling, "RequestLimitExceeded", "EC2ThrottledException", "SlowDown", "TooManyRequestsException",
            "TooManyRequests", "RequestThrottled", "RequestThrottledException", "BandwidthLimitExceeded",
            "LimitExceededException", "ProvisionedThroughputExceededException", "TransactionInProgressException",
            "PriorRequestNotComplete")
        put(
            .transient, "InternalError", "InternalFailure", "InternalServerError", "Unavailable", "ServiceUnavailable",
            "ServiceUnavailableException", "RequestTimeout", "RequestTimeoutException", "IDPCommunicationError",
            "ServerInternal")
        put(.network, AWSError.ClientCode.network)
        put(
            .idempotencyMismatch, "IdempotentParameterMismatch", "IdempotentInstanceTerminated",
            "IdempotencyParameterMismatch")
        put(
            .notFound, "NoSuchKey", "NoSuchBucket", "NoSuchUpload", "ParameterNotFound", "NotFound",
            "InvalidSpotInstanceRequestID.NotFound")
        put(
            .permission, "UnauthorizedOperation", "AccessDenied", "AccessDeniedException", "AuthFailure",
            "InvalidClientTokenId", "InvalidAccessKeyId", "OptInRequired", "Blocked", "PendingVerification",
            "SignatureDoesNotMatch", "InvalidSignatureException", "IncompleteSignature", "MissingAuthenticationToken",
            "UnrecognizedClientException", "Forbidden", "NotAuthorized", "InvalidIdentityToken", "IDPRejectedClaim",
            "AccountProblem", "AllAccessDisabled")
        put(
            .expiredCredentials, "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "CredentialsExpired")
        put(.clockSkew, "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture")
        put(
            .conflict, "IncorrectInstanceState", "OperationNotPermitted", "IncorrectState", "VolumeInUse",
            "InvalidLaunchTemplateName.AlreadyExistsException", "PreconditionFailed", "ConditionalRequestConflict",
            "OperationAborted")
        put(
            .invalidRequest, "RequestEntityTooLarge", "EntityTooLarge", "ValidationError", "ValidationException",
            AWSError.ClientCode.badRequest)
        return table
    }()

    /// What a person can do about it; nil where AWS's message has to do.
    var advice: String? {
        switch self {
        case .capacity: "Use more instance types or subnets, or allow on-demand."
        case .quota: "Ask AWS for a higher limit, or use other instance types."
        case .permission: "Check the credentials and their policy."
        case .expiredCredentials: "Get new credentials."
        case .clockSkew: "Set the machine's clock."
        case .network: "Check the network, the region and the endpoint."
        case .price: "Leave out the price limit."
        case .throttling: "Make fewer calls, or ask AWS for a higher rate."
        case .transient, .idempotencyMismatch, .notFound, .conflict, .dryRunSucceeded, .invalidRequest, .other: nil
        }
    }
}
