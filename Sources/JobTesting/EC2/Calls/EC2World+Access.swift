internal import JobCore

extension EC2World {
    /// Refuses a call that is not signed for here and now; what the signature says is not checked, because the fake
    /// knows no secrets.
    func authorize(_ call: AWSCall) throws {
        guard configuration.checksAuthorization else { return }
        guard let signature = call.signature else {
            throw EC2Refusal("MissingAuthenticationToken", "Request is missing Authentication Token")
        }
        guard signature.service == call.service.rawValue,
            signature.region == configuration.region || call.service == .sts
        else {
            throw EC2Refusal(
                call.service == .ec2 ? "AuthFailure" : "SignatureDoesNotMatch",
                "Credential should be scoped to \(configuration.region)/\(call.service.rawValue), "
                    + "not \(signature.region)/\(signature.service).")
        }
        guard let date = signature.date else {
            throw EC2Refusal("IncompleteSignature", "Date must be in ISO-8601 'basic format'.")
        }
        let skew = date - (now + plan.clockOffset)
        if max(skew, .zero - skew) > .seconds(300) { throw expired(call) }
        if let since = plan.expiredCredentials[signature.accessKeyID], age >= since { throw expired(call) }
    }

    /// EC2 has one code for clocks and for credentials; others have another.
    private func expired(_ call: AWSCall) -> EC2Refusal {
        switch call.service {
        case .ec2: EC2Refusal("RequestExpired", "Request has expired.")
        case .sts: EC2Refusal("ExpiredToken", "The security token included in the request is expired")
        case .ssm: EC2Refusal("ExpiredTokenException", "The security token included in the request is expired")
        }
    }

    /// What the plan has in store for this call.
    mutating func fault(for operation: String) -> FakeEC2.Reply.Effect? {
        var effect: FakeEC2.Reply.Effect?
        for (index, fault) in plan.replies.enumerated() where (fault.operation ?? operation) == operation {
            seen[index] += 1
            guard effect == nil, fault.calls.contains(seen[index]), age >= fault.from,
                fault.until.map({ age < $0 }) ?? true
            else { continue }
            // No number is drawn where nothing is left to chance, so that faults do not change later ids.
            guard fault.probability >= 1 || unit() < fault.probability else { continue }
            effect = fault.effect
        }
        return effect
    }
}
