import JobAWS
import Testing

struct CategoryTests {
    @Test(arguments: [
        ("InsufficientInstanceCapacity", 500, AWSError.Category.capacity),
        ("UnfulfillableCapacity", 400, .capacity), ("InsufficientFreeAddressesInSubnet", 400, .capacity),
        ("Unsupported", 400, .capacity), ("SpotMaxPriceTooLow", 400, .price),
        ("MaxSpotInstanceCountExceeded", 400, .quota), ("VcpuLimitExceeded", 400, .quota),
        ("InstanceLimitExceeded", 400, .quota), ("RequestLimitExceeded", 503, .throttling),
        ("ThrottlingException", 400, .throttling), ("EC2ThrottledException", 503, .throttling),
        ("SlowDown", 503, .throttling), ("InternalError", 500, .transient), ("Unavailable", 503, .transient),
        ("HTTP 502", 502, .transient), ("InvalidInstanceID.NotFound", 400, .notFound),
        ("InvalidLaunchTemplateName.NotFoundException", 400, .notFound),
        ("InvalidInstanceID.Malformed", 400, .invalidRequest), ("InvalidAMIID.NotFound", 400, .invalidRequest),
        ("InvalidParameterCombination", 400, .invalidRequest), ("MissingParameter", 400, .invalidRequest),
        ("IdempotentParameterMismatch", 400, .idempotencyMismatch),
        ("IdempotentInstanceTerminated", 400, .idempotencyMismatch),
        ("UnauthorizedOperation", 403, .permission), ("AuthFailure", 401, .permission),
        ("AuthFailure.ServiceLinkedRoleCreationNotPermitted", 403, .permission), ("OptInRequired", 401, .permission),
        ("DryRunOperation", 412, .dryRunSucceeded), ("OperationNotPermitted", 400, .conflict),
        ("ExpiredToken", 400, .expiredCredentials), ("RequestTimeTooSkewed", 403, .clockSkew),
        ("SomethingNew", 500, .transient), ("SomethingNew", 400, .invalidRequest), ("SomethingNew", 429, .throttling),
    ])
    func codesHaveAMeaning(code: String, status: Int, category: AWSError.Category) {
        #expect(AWSError.Category(code: code, httpStatus: status) == category)
    }

    @Test func codesInAnAnswerHaveTheSameMeaning() {
        #expect(AWSError.Category(ec2Code: "InsufficientInstanceCapacity") == .capacity)
        #expect(AWSError.Category(ec2Code: "SomethingNew") == .other)
    }

    @Test func capacityIsNotRetried() {
        #expect(AWSError.Category.allCases.filter(\.isRetried) == [.throttling, .transient, .network])
    }
}
