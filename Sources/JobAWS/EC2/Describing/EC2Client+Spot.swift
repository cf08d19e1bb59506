public import JobCore

/// The request that a spot instance belongs to.
public struct EC2SpotRequest: Hashable, Sendable {
    /// Such as `sir-abcdefgh`.
    public var id: String
    /// `open`, `active`, `closed`, `cancelled` or `failed`.
    public var state: String
    /// Why, such as `fulfilled`, or `instance-terminated-no-capacity` from the notice on.
    public var statusCode: String
    /// Its instance; nil before there is one.
    public var instanceID: String?
    /// Its tags.
    public var tags: [String: String]

    init?(_ node: XMLNode) {
        guard let id = node.text("spotInstanceRequestId") else { return nil }
        self.id = id
        state = node.text("state") ?? ""
        statusCode = node["status"]?.text("code") ?? ""
        instanceID = node.text("instanceId")
        tags = node.tags
    }

    /// Whether its instance has been told that it will be taken back, or was.
    public var isInterrupted: Bool {
        statusCode.hasPrefix("instance-terminated-") && statusCode != "instance-terminated-by-user"
            || statusCode == "marked-for-termination"
    }
}

/// The price of spot instances of a type in a zone, from a time on.
public struct EC2SpotPrice: Hashable, Sendable {
    /// The type.
    public var instanceType: String
    /// The zone.
    public var availabilityZone: String
    /// Dollars for an hour.
    public var dollars: Double
    /// From when on it is the price.
    public var since: Timestamp

    /// Makes a price.
    public init(instanceType: String, availabilityZone: String, dollars: Double, since: Timestamp) {
        self.instanceType = instanceType
        self.availabilityZone = availabilityZone
        self.dollars = dollars
        self.since = since
    }

    init?(_ node: XMLNode) {
        guard let type = node.text("instanceType"), let zone = node.text("availabilityZone"),
            let dollars = node.text("spotPrice").flatMap(Double.init), dollars.isFinite, dollars >= 0,
            let since = node.text("timestamp").flatMap({ Timestamp($0) })
        else { return nil }
        self.init(instanceType: type, availabilityZone: zone, dollars: dollars, since: since)
    }
}

extension EC2Client {
    /// The spot requests that meet all filters.
    public func describeSpotInstanceRequests(
        ids: [String] = [], filters: [EC2Filter] = []
    ) async throws -> [EC2SpotRequest] {
        var form = QueryForm()
        form.add(list: "SpotInstanceRequestId", ids)
        form.add(filters: filters)
        var found: [EC2SpotRequest] = []
        try await pages("DescribeSpotInstanceRequests", form) { page in
            found += page.list("spotInstanceRequestSet").compactMap(EC2SpotRequest.init)
        }
        return found
    }

    /// Withdraws spot requests; their instances stay.
    public func cancelSpotInstanceRequests(_ ids: [String]) async throws {
        guard !ids.isEmpty else { return }
        var form = QueryForm()
        form.add(list: "SpotInstanceRequestId", ids)
        _ = try await call("CancelSpotInstanceRequests", form)
    }

    /// The changes of spot prices in a span of time, and the last change before it; the newest first.
    ///
    /// - Parameters:
    ///   - types: the types; empty for all.
    ///   - availabilityZone: the zone; nil for all.
    ///   - start: the span's start, at most 90 days ago.
    ///   - end: its end; nil for now.
    ///   - product: the kind of system.
    public func describeSpotPriceHistory(
        types: [String], availabilityZone: String? = nil, start: Timestamp, end: Timestamp? = nil,
        product: String = "Linux/UNIX"
    ) async throws -> [EC2SpotPrice] {
        var form = QueryForm()
        form.add(list: "InstanceType", types)
        form.add("ProductDescription.1", product)
        form.add("AvailabilityZone", availabilityZone)
        form.add("StartTime", start.description)
        form.add("EndTime", end?.description)
        var found: [EC2SpotPrice] = []
        try await pages("DescribeSpotPriceHistory", form) { page in
            found += page.list("spotPriceHistorySet").compactMap(EC2SpotPrice.init)
        }
        return found
    }
}
