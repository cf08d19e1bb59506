internal import JobCore

extension EC2World {
    func describeSpotInstanceRequests(_ form: QueryForm) throws -> [XMLNode?] {
        let ids = form.list("SpotInstanceRequestId")
        if let unknown = ids.first(where: { requests[$0] == nil }) { throw Self.unknownRequest(unknown) }
        let filters = try Filters(form)
        let found = try requests.values.filter { request in
            guard ids.isEmpty || ids.contains(request.id) else { return false }
            return try filters.pass(tags: request.tags) { name in
                switch name {
                case "instance-id": [request.instanceID]
                case "spot-instance-request-id": [request.id]
                case "state": [request.state]
                case "status-code": [request.code]
                case "launched-availability-zone": [request.zone]
                case "launch.instance-type": [request.type]
                default: nil
                }
            }
        }
        let page = try Page(found.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }, form)
        return [.set("spotInstanceRequestSet", page.items.map { node(of: $0) }), page.token]
    }

    mutating func cancelSpotInstanceRequests(_ form: QueryForm) throws -> [XMLNode?] {
        let ids = form.list("SpotInstanceRequestId")
        guard !ids.isEmpty else {
            throw EC2Refusal("MissingParameter", "The request must contain the parameter spotInstanceRequestId")
        }
        if let unknown = ids.first(where: { requests[$0] == nil }) { throw Self.unknownRequest(unknown) }
        try refuseDryRun(form)
        let states: [[XMLNode?]] = ids.map { id in
            if requests[id]?.state == "active" {
                requests[id]?.state = "cancelled"
                requests[id]?.code = "request-canceled-and-instance-running"
            }
            return [XMLNode("spotInstanceRequestId", id), XMLNode("state", requests[id]?.state)]
        }
        return [.set("spotInstanceRequestSet", states)]
    }

    func describeSpotPriceHistory(_ form: QueryForm) throws -> [XMLNode?] {
        let types = form.list("InstanceType")
        for name in types where type(named: name) == nil {
            throw EC2Refusal("InvalidParameterValue", "Invalid value '\(name)' for InstanceType.")
        }
        let until = try time(form, "EndTime") ?? now
        let from = try time(form, "StartTime") ?? now - .seconds(90 * 86_400)
        let filters = try Filters(form)
        let products = form.list("ProductDescription")
        var rows: [(time: Timestamp, type: String, zone: String, dollars: Double)] = []
        for type in configuration.instanceTypes where types.isEmpty || types.contains(type.name) {
            for zone in type.zones ?? configuration.zones where zone == form["AvailabilityZone"] ?? zone {
                let product = "Linux/UNIX"
                guard products.isEmpty || products.contains(product) || products.contains("Linux/UNIX (Amazon VPC)"),
                    try filters.pass(
                        tags: [:],
                        { name in
                            switch name {
                            case "availability-zone": [zone]
                            case "instance-type": [type.name]
                            case "product-description": [product]
                            default: nil
                            }
                        })
                else { continue }
                for price in prices(type: type, zone: zone, from: from, until: min(until, now)) {
                    rows.append((price.from, type.name, zone, price.dollars))
                }
            }
        }
        // Newest first, as EC2 answers.
        rows.sort { ($1.time, $0.type, $0.zone) < ($0.time, $1.type, $1.zone) }
        let page = try Page(rows, form, sizes: 1...1_000)
        let items: [[XMLNode?]] = page.items.map { row in
            [
                XMLNode("instanceType", row.type), XMLNode("productDescription", "Linux/UNIX"),
                XMLNode("spotPrice", "\(row.dollars)"), XMLNode("timestamp", stamp(row.time)),
                XMLNode("availabilityZone", row.zone),
            ]
        }
        return [.set("spotPriceHistorySet", items), page.token ?? XMLNode("nextToken", "")]
    }

    private func node(of request: SpotRequest) -> [XMLNode?] {
        [
            XMLNode("spotInstanceRequestId", request.id), XMLNode("type", "one-time"), XMLNode("state", request.state),
            XMLNode(
                "status",
                [
                    XMLNode("code", request.code), XMLNode("updateTime", stamp(now)),
                    XMLNode("message", request.message),
                ]),
            XMLNode(
                "launchSpecification",
                [XMLNode("imageId", request.imageID), XMLNode("instanceType", request.type)]),
            XMLNode("instanceId", request.instanceID), XMLNode("createTime", stamp(request.createdAt)),
            XMLNode("productDescription", "Linux/UNIX"), XMLNode("launchedAvailabilityZone", request.zone),
            XMLNode("instanceInterruptionBehavior", "terminate"), Tagging.node(request.tags),
        ]
    }

    private func time(_ form: QueryForm, _ name: String) throws -> Timestamp? {
        guard let text = form[name] else { return nil }
        guard let time = Timestamp(text) else {
            throw EC2Refusal("InvalidParameterValue", "Value (\(text)) for parameter \(name) is invalid.")
        }
        return time - plan.clockOffset
    }

    private static func unknownRequest(_ id: String) -> EC2Refusal {
        EC2Refusal("InvalidSpotInstanceRequestID.NotFound", "The spot instance request ID '\(id)' does not exist")
    }
}
