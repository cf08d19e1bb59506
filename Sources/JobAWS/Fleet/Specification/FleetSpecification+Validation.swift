internal import JobCore

extension FleetSpecification {
    /// Checks what was made in code as fleet files are checked.
    ///
    /// - Throws: ``InvalidFleet`` naming every field that is out of its range.
    public func validate() throws(InvalidFleet) {
        let issues = IssueList()
        check(FieldRules(issues: issues))
        if !issues.issues.isEmpty { throw InvalidFleet(issues: issues.issues) }
    }

    func check(_ rules: FieldRules) {
        rules.word(name, "name")
        if name.utf8.count > 40 { rules.issues.add("name", "must have at most 40 characters") }
        words(queues, "queues", 1...50, "named queues", rules)
        words(instanceTypes, "instanceTypes", 1...100, "instance types", rules)
        words(subnets, "subnets", 1...50, "subnets", rules)
        words(securityGroups, "securityGroups", 0...16, "security groups", rules)
        if let region { rules.word(region, "region") }
        if let server {
            rules.url(server, "server")
            shellSafe(server, "server", rules)
        }
        if let instanceProfile { rules.text(instanceProfile, "instanceProfile", 1...200) }
        if images.isEmpty { rules.issues.add("images", "must name an image for arm64, x86_64 or both") }
        rules.range(jobsPerInstance, "jobsPerInstance", 1...1_000)
        duration(idleTimeout, "idleTimeout", 0...86_400, rules)
        duration(bootTimeout, "bootTimeout", 30...86_400, rules)
        duration(lostTimeout, "lostTimeout", 60...86_400, rules)
        duration(maxLifetime, "maxLifetime", 300...30 * 86_400, rules)
        checkLimits(rules)
        checkVolume(rules)
        checkTags(rules)
        checkAgent(rules)
        if let checkpoints {
            if !checkpoints.hasPrefix("s3://") || checkpoints.utf8.count < 8 {
                rules.issues.add("checkpoints", "must be s3://BUCKET or s3://BUCKET/PREFIX")
            }
            shellSafe(checkpoints, "checkpoints", rules)
        }
        if let setup, setup.utf8.count > 8_192 || setup.utf8.contains(0) {
            rules.issues.add("setup", "must have at most 8192 bytes and no NUL characters")
        }
    }

    private func words(
        _ values: [String], _ path: String, _ count: ClosedRange<Int>, _ what: String, _ rules: FieldRules
    ) {
        if !count.contains(values.count) {
            rules.issues.add(path, "must name \(count.lowerBound) to \(count.upperBound) \(what)")
        }
        for (index, value) in values.prefix(count.upperBound).enumerated() {
            rules.word(value, "\(path)[\(index)]")
            if values.prefix(index).contains(value) { rules.issues.add("\(path)[\(index)]", "is named twice") }
        }
    }

    private func duration(_ value: Duration, _ path: String, _ seconds: ClosedRange<Int>, _ rules: FieldRules) {
        if value < .seconds(seconds.lowerBound) || value > .seconds(seconds.upperBound) {
            let (least, most) = (Duration.seconds(seconds.lowerBound), Duration.seconds(seconds.upperBound))
            rules.issues.add(path, "must lie between \(least.jobText) and \(most.jobText)")
        }
    }

    private func checkLimits(_ rules: FieldRules) {
        rules.range(limits.instances, "limits.instances", 0...10_000)
        if let vcpus = limits.vcpus { rules.range(vcpus, "limits.vcpus", 0...1_000_000) }
        if let dollars = limits.dollarsPerHour, !(0...1_000_000).contains(dollars) {
            rules.issues.add("limits.dollarsPerHour", "must lie between 0 and 1000000")
        }
        rules.range(minimum, "minimum", 0...max(0, min(10_000, limits.instances)))
        if let misses = onDemand.afterMisses { rules.range(misses, "onDemand.afterMisses", 1...1_000) }
        if let count = onDemand.afterInterruptions { rules.range(count, "onDemand.afterInterruptions", 1...1_000) }
        for (type, price) in onDemandPrices.sorted(by: { $0.key < $1.key }) {
            if !(price > 0 && price < 10_000) {
                rules.issues.add("onDemandPrices.\(type.prefix(40))", "must lie above 0 and below 10000")
            }
        }
        let mayLaunchOnDemand = onDemand != .never
        if mayLaunchOnDemand, limits.dollarsPerHour != nil {
            // Without its price an on-demand instance could not be kept within the budget.
            for type in instanceTypes where onDemandPrices[type] == nil {
                rules.issues.add("onDemandPrices.\(type)", "is required with onDemand and limits.dollarsPerHour")
            }
        }
    }

    private func checkVolume(_ rules: FieldRules) {
        rules.range(volume.size, "volume.size", 1...16_384)
        rules.word(volume.type, "volume.type")
        if let iops = volume.iops { rules.range(iops, "volume.iops", 100...256_000) }
        if let throughput = volume.throughput { rules.range(throughput, "volume.throughput", 125...4_000) }
        if !volume.device.hasPrefix("/dev/") { rules.issues.add("volume.device", "must begin with /dev/") }
    }

    private func checkTags(_ rules: FieldRules) {
        if tags.count > 40 { rules.issues.add("tags", "must have at most 40 entries") }
        for (key, value) in tags.sorted(by: { $0.key < $1.key }) {
            let path = "tags.\(key.prefix(80))"
            if key.isEmpty || key.count > 128 || key.hasPrefix("aws:") || key.hasPrefix("jobkit:") {
                rules.issues.add(path, "its name must have 1 to 128 characters and not begin with aws: or jobkit:")
            }
            if value.count > 256 { rules.issues.add(path, "must have at most 256 characters") }
        }
    }

    private func checkAgent(_ rules: FieldRules) {
        guard case .files(let files) = agent else { return }
        for architecture in images.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            let path = "agent.\(architecture.rawValue)"
            guard let file = files[architecture] else {
                rules.issues.add(path, "is required, because images names that architecture")
                continue
            }
            if !file.url.hasPrefix("s3://") { rules.url(file.url, "\(path).url") }
            shellSafe(file.url, "\(path).url", rules)
            let isHex = file.sha256.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
            if file.sha256.utf8.count != 64 || !isHex {
                rules.issues.add("\(path).sha256", "must be 64 hexadecimal digits")
            }
        }
    }

    /// Such texts stand in the instance's script, between quotes.
    private func shellSafe(_ text: String, _ path: String, _ rules: FieldRules) {
        if !Self.isShellSafe(text) { rules.issues.add(path, Self.shellSafeRule) }
    }

    static let shellSafeRule = "must not hold spaces, quotes, backslashes, $ or control characters"

    /// Whether a text means nothing to a shell between quotes of either kind.
    package static func isShellSafe(_ text: String) -> Bool {
        let refused: Set<UInt8> = [0x22, 0x24, 0x27, 0x5C, 0x60]
        return !text.utf8.contains { $0 <= 0x20 || $0 == 0x7F || refused.contains($0) }
    }
}
