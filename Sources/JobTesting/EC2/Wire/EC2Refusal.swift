/// An error as AWS answers it.
struct EC2Refusal: Error, Hashable, Sendable {
    let code: String
    let message: String

    init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }

    /// A refusal whose message a fault plan may leave out.
    init(code: String, message: String?) {
        self.init(code, message ?? Self.messages[code] ?? "The fault plan says \(code).")
    }

    /// The status that comes with the code. Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
    var status: Int {
        switch code {
        case "AuthFailure": 401
        case "UnauthorizedOperation", "MissingAuthenticationToken", "AccessDenied", "SignatureDoesNotMatch",
            "OptInRequired", "Blocked", "InvalidClientTokenId", "ExpiredToken":
            403
        case "DryRunOperation": 412
        case "InsufficientInstanceCapacity", "InsufficientHostCapacity", "InsufficientCapacity", "InternalError",
            "InternalFailure":
            500
        case "RequestLimitExceeded", "Unavailable", "ServiceUnavailable", "EC2ThrottledException", "SlowDown": 503
        default: 400
        }
    }

    private static let messages = [
        "RequestLimitExceeded": "Request limit exceeded.",
        "InternalError": "An internal error has occurred",
        "Unavailable": "The server is overloaded and can't handle the request.",
        "UnauthorizedOperation": "You are not authorized to perform this operation.",
        "InsufficientInstanceCapacity":
            "We currently do not have sufficient capacity in the Availability Zone you requested.",
        "RequestExpired": "Request has expired.",
        "MaxSpotInstanceCountExceeded": "Max spot instance count exceeded",
    ]

    static func unknownInstances(_ ids: [String]) -> EC2Refusal {
        let many = ids.count > 1
        return EC2Refusal(
            "InvalidInstanceID.NotFound",
            "The instance ID\(many ? "s" : "") '\(ids.joined(separator: ", "))' \(many ? "do" : "does") not exist")
    }
}
