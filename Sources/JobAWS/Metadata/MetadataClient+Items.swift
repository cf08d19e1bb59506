public import JobCore

extension MetadataClient {
    /// The id of this instance, such as `i-0123456789abcdef0`.
    ///
    /// - Throws: ``MetadataTrouble``.
    public func instanceID() async throws -> String { try await required("meta-data/instance-id") }

    /// Its type, such as `m7g.large`.
    ///
    /// - Throws: ``MetadataTrouble``.
    public func instanceType() async throws -> String { try await required("meta-data/instance-type") }

    /// Its zone, such as `eu-central-1a`.
    ///
    /// - Throws: ``MetadataTrouble``.
    public func availabilityZone() async throws -> String {
        try await required("meta-data/placement/availability-zone")
    }

    /// Its region.
    ///
    /// - Throws: ``MetadataTrouble``.
    public func region() async throws -> AWSRegion {
        let text = try await required("meta-data/placement/region")
        guard let region = AWSRegion(text) else { throw MetadataTrouble(.badAnswer, "the region is no region") }
        return region
    }

    /// Whether it is a spot instance; nil when the service does not say.
    ///
    /// - Throws: ``MetadataTrouble``.
    public func lifecycle() async throws -> InstanceLifecycle? {
        try await item("meta-data/instance-life-cycle").flatMap { InstanceLifecycle(rawValue: $0.trimmingSpace) }
    }

    /// The user data; nil when it has none.
    ///
    /// - Throws: ``MetadataTrouble``.
    public func userData() async throws -> String? { try await item("user-data") }

    /// The document that says what this instance is; signed by AWS beside it.
    ///
    /// - Throws: ``MetadataTrouble``.
    public func identityDocument() async throws -> JSONValue {
        let text = try await required("dynamic/instance-identity/document")
        guard let document = try? JSONParser.parse(text.utf8) else {
            throw MetadataTrouble(.badAnswer, "the identity document is no JSON")
        }
        return document
    }

    private func required(_ path: String) async throws -> String {
        guard let text = try await item(path)?.trimmingSpace, !text.isEmpty else {
            throw MetadataTrouble(.badAnswer, "\(path) is missing")
        }
        return text
    }
}
