import JobCore
import JobTesting
import JobTransport
import Testing

/// Calls a fake as a client does that knows nothing but the wire.
struct EC2Caller {
    let ec2: FakeEC2
    let time: ManualTime
    var accessKeyID = "AKIDEXAMPLE"
    var clockOffset = Duration.zero

    /// The answer to a call; its elements are found by their names.
    struct Answer {
        let status: Int
        let text: String
        let headers: HTTPHeaders

        /// The texts of all elements with that name, in their order.
        func all(_ name: String) -> [String] {
            text.components(between: "<\(name)>", and: "</\(name)>")
        }

        subscript(name: String) -> String? { all(name).first }
    }

    init(_ ec2: FakeEC2, _ time: ManualTime) {
        self.ec2 = ec2
        self.time = time
    }

    @discardableResult
    func callAsFunction(_ operation: String, _ parameters: [String: String] = [:]) async throws -> Answer {
        let pairs = parameters.merging(["Action": operation, "Version": "2016-11-15"]) { own, _ in own }
        let body = pairs.map { "\($0.key)=\(Self.encode($0.value))" }.joined(separator: "&")
        let request = HTTPRequest(
            method: .post, url: "https://ec2.us-east-1.amazonaws.com/", headers: headers(service: "ec2"),
            body: .text(body))
        let response = try await ec2.transport.send(request)
        let text = String(decoding: try await response.body.collect(upTo: 1 << 24), as: UTF8.self)
        return Answer(status: response.status, text: text, headers: response.headers)
    }

    func headers(service: String) -> HTTPHeaders {
        let now = Timestamp(seconds: (time.now + clockOffset).microseconds / 1_000_000).description
        let date = now.filter { $0 != "-" && $0 != ":" }
        return [
            "Authorization":
                "AWS4-HMAC-SHA256 Credential=\(accessKeyID)/\(date.prefix(8))/us-east-1/\(service)/aws4_request, "
                + "SignedHeaders=host;x-amz-date, Signature=00",
            "X-Amz-Date": date, "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        ]
    }

    private static func encode(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain =
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || "-._~".utf8.contains(byte)
            guard !isPlain else { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return byte < 16 ? "%0\(digits)" : "%\(digits)"
        }.joined()
    }
}

extension EC2Caller {
    /// The parameters of a small launch.
    static let launch = [
        "ImageId": "ami-0arm64", "InstanceType": "c7g.large", "MinCount": "1", "MaxCount": "1",
        "InstanceInitiatedShutdownBehavior": "terminate",
    ]

    /// The same, on the spot market.
    static let spotLaunch = launch.merging(["InstanceMarketOptions.MarketType": "spot"]) { $1 }

    /// Launches one instance.
    func launch(_ parameters: [String: String] = EC2Caller.spotLaunch) async throws -> String {
        let answer = try await self("RunInstances", parameters)
        return try #require(answer["instanceId"], "\(answer.text)")
    }

    /// Makes a launch template, and the parameters of a fleet that uses it for some types.
    func fleet(
        _ types: [String], count: Int, subnets: [String] = ["subnet-0a"], spot: Bool = true, template: String = "jobs"
    ) async throws -> [String: String] {
        try await self(
            "CreateLaunchTemplate",
            [
                "LaunchTemplateName": template, "LaunchTemplateData.ImageId": "ami-0arm64",
                "LaunchTemplateData.InstanceInitiatedShutdownBehavior": "terminate",
                "LaunchTemplateData.UserData": "IyEvYmluL3NoCg==",
                "LaunchTemplateData.TagSpecification.1.ResourceType": "instance",
                "LaunchTemplateData.TagSpecification.1.Tag.1.Key": "jobkit:owner",
                "LaunchTemplateData.TagSpecification.1.Tag.1.Value": "test",
            ])
        var parameters = [
            "Type": "instant", "LaunchTemplateConfigs.1.LaunchTemplateSpecification.LaunchTemplateName": template,
            "LaunchTemplateConfigs.1.LaunchTemplateSpecification.Version": "$Default",
            "TargetCapacitySpecification.TotalTargetCapacity": "\(count)",
            "TargetCapacitySpecification.DefaultTargetCapacityType": spot ? "spot" : "on-demand",
            "SpotOptions.AllocationStrategy": "price-capacity-optimized",
        ]
        for (index, pool) in types.flatMap({ type in subnets.map { (type, $0) } }).enumerated() {
            let prefix = "LaunchTemplateConfigs.1.Overrides.\(index + 1)."
            parameters[prefix + "InstanceType"] = pool.0
            parameters[prefix + "SubnetId"] = pool.1
        }
        return parameters
    }
}

extension String {
    /// The parts of the text that stand between two markers.
    func components(between start: String, and end: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let open = rest.firstRange(of: start) {
            rest = rest[open.upperBound...]
            guard let close = rest.firstRange(of: end) else { break }
            parts.append(String(rest[..<close.lowerBound]))
            rest = rest[close.upperBound...]
        }
        return parts
    }
}
