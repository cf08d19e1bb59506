/// A service of AWS, as far as its calls need it.
package struct AWSService: Hashable, Sendable {
    /// The name in signatures and host names.
    package var name: String
    /// The end of its environment variable `AWS_ENDPOINT_URL_…`.
    package var variable: String

    /// Makes a service.
    package init(name: String, variable: String) {
        self.name = name
        self.variable = variable
    }

    package static let ec2 = AWSService(name: "ec2", variable: "EC2")
    package static let sts = AWSService(name: "sts", variable: "STS")
    package static let ssm = AWSService(name: "ssm", variable: "SSM")
    package static let s3 = AWSService(name: "s3", variable: "S3")
}
