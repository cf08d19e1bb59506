internal import JobTransport

/// Where the services are.
///
/// Without settings these are AWS's regional host names over TLS. An override, as tests and private endpoints need
/// it, is an `http` or `https` URL without query.
public struct AWSEndpoints: Hashable, Sendable {
    /// Used for every service that has no endpoint of its own here; nil for AWS's.
    public var all: String?
    /// By the service's name in signatures, such as `ec2`.
    public var services: [String: String]
    /// Whether the host names that also have IPv6 addresses are used.
    public var isDualStack: Bool

    /// Makes endpoints, by default AWS's.
    public init(all: String? = nil, services: [String: String] = [:], isDualStack: Bool = false) {
        self.all = all
        self.services = services
        self.isDualStack = isDualStack
    }

    /// Reads `AWS_ENDPOINT_URL_EC2` and its like, `AWS_ENDPOINT_URL`, `AWS_USE_DUALSTACK_ENDPOINT` and the profile's
    /// settings of these names.
    init(environment: AWSEnvironment, profile: [String: String]) {
        self.init()
        isDualStack = environment.flag("AWS_USE_DUALSTACK_ENDPOINT") || profile["use_dualstack_endpoint"] == "true"
        guard !environment.flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") else { return }
        for service in [AWSService.ec2, .sts, .ssm, .s3] {
            services[service.name] = environment["AWS_ENDPOINT_URL_\(service.variable)"]
        }
        all = environment["AWS_ENDPOINT_URL"] ?? profile["endpoint_url"]
    }

    /// Whether a service is not at AWS's own place.
    func isOverridden(_ service: AWSService) -> Bool { services[service.name] != nil || all != nil }

    /// The start of the URLs of a service, without a slash at its end.
    ///
    /// - Throws: ``AWSConfigurationError`` when an override is no usable URL.
    func url(of service: AWSService, in region: AWSRegion, hostPrefix: String? = nil) throws -> String {
        let prefix = hostPrefix.map { "\($0)." } ?? ""
        guard let override = services[service.name] ?? all else {
            return "https://\(prefix)\(host(of: service, in: region))"
        }
        guard let url = try? URLReference(override), url.scheme == "https" || url.scheme == "http", url.query == nil,
            !url.hasUserInfo
        else {
            throw AWSConfigurationError(
                "the endpoint of \(service.name) is no http or https URL without query: correct AWS_ENDPOINT_URL, "
                    + "AWS_ENDPOINT_URL_\(service.variable) or endpoint_url of the profile")
        }
        let whole = url.origin + (url.path == "/" ? "" : url.path)
        return whole.hasSuffix("/") ? String(whole.dropLast()) : whole
    }

    private func host(of service: AWSService, in region: AWSRegion) -> String {
        guard isDualStack else { return "\(service.name).\(region.name).\(region.domain)" }
        if service == .s3 { return "s3.dualstack.\(region.name).\(region.domain)" }
        return
            "\(service.name).\(region.name).\(region.name.hasPrefix("cn-") ? "api.amazonwebservices.com.cn" : "api.aws")"
    }
}
