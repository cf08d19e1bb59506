internal import JobCore

/// What one call has been through, and what to do next; decides without doing.
struct CallCourse {
    enum Step: Equatable {
        case giveUp(AWSError)
        case wait(Duration)
        case setClock(Timestamp)
        case renewCredentials
    }

    /// AWS accepts 5 minutes; a clock that is off by less is not why it refused.
    static let tolerance = Duration.seconds(4 * 60)

    private let retry: AWSRetry
    private var attempts = 0
    private var hasSetClock = false
    private var hasRenewed = false
    /// What the last repeat cost.
    private(set) var paid: Int?

    init(retry: AWSRetry) {
        self.retry = retry
    }

    /// Decides after a failed try.
    ///
    /// - Parameters:
    ///   - failure: what happened.
    ///   - clock: the time that the signature carried, or a little later.
    ///   - unit: a random number in `0 ..< 1`.
    ///   - quota: pays for the repeat.
    mutating func next(after failure: FailedTry, clock: Timestamp, unit: Double, quota: inout RetryQuota) -> Step {
        attempts += 1
        var error = failure.error
        let isOff = failure.serverTime.map { abs($0 - clock) > Self.tolerance } ?? false
        if isOff, let server = failure.serverTime, Self.mayBeSkew(error) {
            error.category = .clockSkew
            guard !hasSetClock else { return .giveUp(error) }
            hasSetClock = true
            return .setClock(server)
        }
        // EC2 also says so of session credentials that are over.
        if error.code == "RequestExpired", failure.serverTime != nil { error.category = .expiredCredentials }
        if error.category == .expiredCredentials, !hasRenewed {
            hasRenewed = true
            return .renewCredentials
        }
        guard error.category.isRetried, attempts < retry.attempts,
            let cost = quota.pay(isTimeout: failure.isTimeout)
        else { return .giveUp(error) }
        paid = cost
        let delay = retry.delay(after: attempts, unit: unit)
        guard let wished = failure.retryAfter else { return .wait(delay) }
        return .wait(min(max(wished, delay), delay + .seconds(5)))
    }

    private static func mayBeSkew(_ error: AWSError) -> Bool {
        error.category == .clockSkew
            || ["AuthFailure", "SignatureDoesNotMatch", "InvalidSignatureException", "AccessDenied"]
                .contains(error.code)
    }

    private func abs(_ duration: Duration) -> Duration { max(duration, .zero - duration) }
}
