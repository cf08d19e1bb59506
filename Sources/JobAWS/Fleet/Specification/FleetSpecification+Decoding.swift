public import JobCore

extension FleetSpecification {
    /// Reads a fleet as fleet files hold it; `Docs/fleets.md` lists the fields.
    ///
    /// - Throws: ``InvalidFleet`` naming every unknown, missing or ill-formed field.
    public init(json: JSONValue) throws(InvalidFleet) {
        let issues = IssueList()
        guard var reader = FieldReader(json, path: "", issues: issues) else {
            throw InvalidFleet(issues: issues.issues)
        }
        self.init(&reader)
        reader.finish()
        // One answer names all faults: also those that only a look at the values finds.
        issues.settle()
        check(FieldRules(issues: issues))
        if !issues.issues.isEmpty { throw InvalidFleet(issues: issues.issues) }
    }

    private init(_ reader: inout FieldReader) {
        self.init(
            name: reader.required("name") ?? "", queues: reader.textList("queues") ?? [],
            instanceTypes: reader.textList("instanceTypes") ?? [], subnets: reader.textList("subnets") ?? [])
        let standard = self
        server = reader.string("server")
        region = reader.string("region")
        if let value = reader.value("images") { images = Self.images(value, reader) }
        securityGroups = reader.textList("securityGroups") ?? []
        instanceProfile = reader.string("instanceProfile")
        publicAddress = reader.bool("publicAddress")
        jobsPerInstance = reader.integer("jobsPerInstance") ?? standard.jobsPerInstance
        oneJobPerInstance = reader.bool("oneJobPerInstance") ?? standard.oneJobPerInstance
        idleTimeout = reader.duration("idleTimeout") ?? standard.idleTimeout
        bootTimeout = reader.duration("bootTimeout") ?? standard.bootTimeout
        lostTimeout = reader.duration("lostTimeout") ?? standard.lostTimeout
        maxLifetime = reader.duration("maxLifetime") ?? standard.maxLifetime
        if let value = reader.value("limits") { limits = Limits(value, reader) }
        minimum = reader.integer("minimum") ?? standard.minimum
        if let value = reader.value("onDemand") { onDemand = OnDemandPolicy(value, reader) }
        if let value = reader.value("onDemandPrices") { onDemandPrices = Self.prices(value, reader) }
        if let value = reader.value("volume") { volume = Volume(value, reader) }
        tags = reader.textMap("tags")
        if let value = reader.value("agent") { agent = AgentSource(value, reader) }
        checkpoints = reader.string("checkpoints")
        setup = reader.string("setup")
    }

    private static func images(_ value: JSONValue, _ outer: FieldReader) -> [Architecture: ImageSource] {
        guard var reader = FieldReader(value, path: "images", issues: outer.issues) else { return [:] }
        var images: [Architecture: ImageSource] = [:]
        for architecture in Architecture.allCases {
            guard let text = reader.string(architecture.rawValue) else { continue }
            if text.hasPrefix("ami-") {
                images[architecture] = .image(text)
            } else if text.hasPrefix("ssm:/") {
                images[architecture] = .parameter(String(text.dropFirst(4)))
            } else if text == "al2023" {
                images[architecture] = standardImages[architecture]
            } else {
                reader.fault(architecture.rawValue, "must be an image such as ami-0123, ssm:/PARAMETER or al2023")
            }
        }
        reader.finish()
        return images
    }

    private static func prices(_ value: JSONValue, _ outer: FieldReader) -> [String: Double] {
        guard case .object(let members) = value else {
            outer.fault("onDemandPrices", "must be an object of dollars an hour by instance type")
            return [:]
        }
        var prices: [String: Double] = [:]
        for (type, price) in members {
            if let number = price.numberValue, number > 0, number < 10_000 {
                prices[type] = number
            } else {
                outer.fault("onDemandPrices.\(type.prefix(40))", "must be dollars an hour, above 0 and below 10000")
            }
        }
        return prices
    }
}

extension FleetSpecification.Limits {
    fileprivate init(_ value: JSONValue, _ outer: FieldReader) {
        self.init()
        guard var reader = FieldReader(value, path: "limits", issues: outer.issues) else { return }
        instances = reader.integer("instances") ?? instances
        vcpus = reader.integer("vcpus")
        dollarsPerHour = reader.number("dollarsPerHour")
        reader.finish()
    }
}

extension FleetSpecification.OnDemandPolicy {
    fileprivate init(_ value: JSONValue, _ outer: FieldReader) {
        self.init()
        switch value {
        case "never": return
        case "always": isAlways = true
        case .object:
            guard var reader = FieldReader(value, path: "onDemand", issues: outer.issues) else { return }
            afterMisses = reader.integer("afterMisses")
            afterWaiting = reader.duration("after")
            afterInterruptions = reader.integer("afterInterruptions")
            reader.finish()
        default:
            outer.fault("onDemand", "must be never, always, or an object of after, afterMisses, afterInterruptions")
        }
    }
}

extension FleetSpecification.Volume {
    fileprivate init(_ value: JSONValue, _ outer: FieldReader) {
        self.init()
        guard var reader = FieldReader(value, path: "volume", issues: outer.issues) else { return }
        if let bytes = reader.bytes("size") {
            size = Int((bytes.bytes + (1 << 30) - 1) >> 30)
        }
        type = reader.string("type") ?? type
        iops = reader.integer("iops")
        throughput = reader.integer("throughput")
        encrypted = reader.bool("encrypted")
        device = reader.string("device") ?? device
        reader.finish()
    }
}

extension FleetSpecification.AgentSource {
    fileprivate init(_ value: JSONValue, _ outer: FieldReader) {
        self = .server
        switch value {
        case "server": return
        case "image": self = .image
        case .object:
            guard var reader = FieldReader(value, path: "agent", issues: outer.issues) else { return }
            var files: [FleetSpecification.Architecture: FleetSpecification.AgentFile] = [:]
            for architecture in FleetSpecification.Architecture.allCases {
                guard let value = reader.value(architecture.rawValue),
                    var file = FieldReader(value, path: "agent.\(architecture.rawValue)", issues: outer.issues)
                else { continue }
                files[architecture] = FleetSpecification.AgentFile(
                    url: file.required("url") ?? "", sha256: file.required("sha256")?.lowercased() ?? "")
                file.finish()
            }
            reader.finish()
            self = .files(files)
        default:
            outer.fault("agent", "must be server, image, or an object with url and sha256 for each architecture")
        }
    }
}
