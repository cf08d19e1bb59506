extension JobSpec {
    /// Checks every rule that a value can break, whoever made it: lengths, ranges, characters, uniqueness.
    ///
    /// - Throws: ``InvalidJob`` naming every offending field.
    public func validate() throws(InvalidJob) {
        let issues = IssueList()
        check(FieldRules(issues: issues))
        if !issues.issues.isEmpty { throw InvalidJob(issues: issues.issues) }
    }

    /// Notes every broken rule.
    func check(_ rules: FieldRules) {
        let issues = rules.issues
        rules.text(name, "name", 1...200)
        rules.queue(queue)
        rules.priority(priority)
        if let lane { rules.text(lane, "lane", 1...200) }
        if let unique {
            rules.text(unique.key, "uniqueKey", 1...200)
            if unique.phases.isEmpty { issues.add("uniqueWhile", "must name at least one phase") }
        }
        rules.labels(tags, "tags", valueLimit: 256)
        rules.labels(metadata, "metadata", valueLimit: 1_024)
        rules.labels(traceContext, "traceContext", valueLimit: 4_096)
        if let notBefore { rules.notBefore(notBefore) }
        rules.duration(deadline, "deadline", atLeast: .milliseconds(1))
        rules.duration(retention, "retention", atLeast: .zero)
        rules.duration(timeout, "timeout", atLeast: .milliseconds(1))
        rules.duration(jobTimeout, "jobTimeout", atLeast: .milliseconds(1))
        retry.check("retry", rules)
        checkCallbacks(rules)
        checkSteps(rules)
    }

    private func checkCallbacks(_ rules: FieldRules) {
        if callbacks.count > Limits.callbacks {
            rules.issues.add("callbacks", "must have at most \(Limits.callbacks) entries")
        }
        for (index, callback) in callbacks.prefix(Limits.callbacks).enumerated() {
            rules.url(callback.url, "callbacks[\(index)].url")
            if callback.outcomes.isEmpty {
                rules.issues.add("callbacks[\(index)].on", "must name at least one outcome")
            }
        }
    }

    private func checkSteps(_ rules: FieldRules) {
        if steps.count > Limits.steps { rules.issues.add("steps", "must have at most \(Limits.steps) entries") }
        for (index, step) in steps.prefix(Limits.steps).enumerated() { step.check("steps[\(index)]", rules) }
        guard steps.count > 1 else { return }
        var places: [String: Int] = [:]
        for (index, step) in steps.prefix(Limits.steps).enumerated() {
            if let first = places[step.name] {
                rules.issues.add("steps[\(index)].name", "is the name of steps[\(first)] too; names must be unique")
            } else {
                places[step.name] = index
            }
        }
    }
}

/// The sizes that a job may have.
enum Limits {
    static let steps = 1_000
    static let callbacks = 10
    static let latestTime = Timestamp(microseconds: 253_402_300_799_000_000)
    static let longestDuration = Duration.seconds(3_650 * 86_400)
}

extension StepSpec {
    fileprivate func check(_ path: @autoclosure () -> String, _ rules: FieldRules) {
        rules.text(name, "\(path()).name", 1...100)
        rules.duration(timeout, "\(path()).timeout", atLeast: .milliseconds(1))
        retry.check("\(path()).retry", rules)
        rules.environment(environment, "\(path()).environment")
        switch action {
        case .http(let action): action.check("\(path()).http", rules)
        case .command(let action): action.check("\(path()).command", rules)
        case .script(let action): action.check("\(path()).script", rules)
        case .container(let action): action.check("\(path()).container", rules)
        case .handler(let action):
            rules.word(action.name, "\(path()).handler.name")
            if BuiltInKind.all.contains(action.name) {
                rules.issues.add(
                    "\(path()).handler.name", "is a built-in kind; register the handler under another name")
            }
        }
    }
}

extension RetryOptions {
    fileprivate func check(_ path: @autoclosure () -> String, _ rules: FieldRules) {
        if self == RetryOptions() { return }
        if let limit { rules.range(limit, "\(path()).limit", 1...1_000) }
        for (value, name, range) in [
            (base, "base", 0...43_200), (multiplier, "multiplier", 0...43_200), (exponent, "exponent", 0...100),
            (jitter, "jitter", 0...1),
        ] as [(Double?, String, ClosedRange<Double>)] {
            guard let value, !range.contains(value) else { continue }
            rules.issues.add(
                "\(path()).\(name)", "must lie between \(Int(range.lowerBound)) and \(Int(range.upperBound))")
        }
        let longest = RetryPolicy.longestDelay(of: backoff ?? .power)
        if let cap, cap < .zero || cap > longest {
            rules.issues.add("\(path()).cap", "must lie between 0s and \(longest.jobText)")
        }
        if backoff == .quartic {
            for (value, name) in [(base, "base"), (multiplier, "multiplier"), (exponent, "exponent")] where value != nil
            {
                rules.issues.add("\(path()).\(name)", "has no meaning with the quartic back-off")
            }
        }
    }
}

extension HTTPAction {
    fileprivate func check(_ path: @autoclosure () -> String, _ rules: FieldRules) {
        if method.isEmpty || method.utf8.count > 32 || !method.utf8.allSatisfy({ (65...90).contains($0) || $0 == 45 }) {
            rules.issues.add("\(path()).method", "must be an HTTP method in capitals")
        }
        rules.url(url, "\(path()).url")
        var names: Set<String> = []
        if headers.count > 100 { rules.issues.add("\(path()).headers", "must have at most 100 entries") }
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
            let field = "\(path()).headers.\(name.prefix(80))"
            if name.isEmpty || !name.utf8.allSatisfy(FieldRules.isTokenByte) {
                rules.issues.add(field, "is no header name")
            } else if HTTPAction.transportHeaders.contains(name.lowercased()) {
                rules.issues.add(field, "is set by the transport; remove it")
            } else if !names.insert(name.lowercased()).inserted {
                rules.issues.add(field, "stands twice; header names do not regard case")
            }
            if value.utf8.count > 8_192 || value.utf8.contains(where: { ($0 < 0x20 && $0 != 9) || $0 == 0x7F }) {
                rules.issues.add(field, "must have at most 8192 bytes and no control characters")
            }
        }
    }
}

extension CommandAction {
    fileprivate func check(_ path: @autoclosure () -> String, _ rules: FieldRules) {
        switch invocation {
        case .argv(let argv):
            if argv.first?.isEmpty ?? true { rules.issues.add("\(path()).argv", "must name a program first") }
            if argv.count > 4_096 { rules.issues.add("\(path()).argv", "must have at most 4096 entries") }
            for (index, argument) in argv.enumerated() where argument.utf8.contains(0) {
                rules.issues.add("\(path()).argv[\(index)]", "must not hold a NUL character")
            }
        case .shell(let line):
            if line.isEmpty || line.utf8.contains(0) {
                rules.issues.add("\(path()).shell", "must be a command line without NUL characters")
            }
        }
        rules.environment(environment, "\(path()).environment")
        if let directory { rules.path(directory, "\(path()).directory") }
    }
}

extension ScriptAction {
    fileprivate func check(_ path: @autoclosure () -> String, _ rules: FieldRules) {
        let parts = directory.split(separator: "/", omittingEmptySubsequences: false)
        if directory.isEmpty || directory.utf8.contains(0) || directory.utf8.count > 1_024
            || parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." })
        {
            rules.issues.add("\(path()).directory", "must be a relative path without empty, . or .. parts")
        }
        if parameters.count > 200 { rules.issues.add("\(path()).parameters", "must have at most 200 entries") }
        var keys: Set<String> = []
        for parameter in parameters {
            let field = "\(path()).parameters.\(parameter.key.prefix(80))"
            let bytes = parameter.key.utf8
            let isWord = bytes.allSatisfy { FieldRules.isWordByte($0) && $0 != UInt8(ascii: ".") }
            if bytes.isEmpty || bytes.count > 64 || !isWord || bytes.first == 45
                || (48...57).contains(bytes.first ?? 48)
            {
                rules.issues.add(field, "must be 1 to 64 letters, digits, _ or -, starting with a letter or _")
            } else if parameter.key == "name" {
                rules.issues.add(field, "is taken: scripts get the step's name as --name")
            } else if !keys.insert(parameter.key).inserted {
                rules.issues.add(field, "stands twice")
            }
            if parameter.value.utf8.contains(0) { rules.issues.add(field, "must not hold a NUL character") }
        }
    }
}

extension ContainerAction {
    fileprivate func check(_ path: @autoclosure () -> String, _ rules: FieldRules) {
        let allowed = image.utf8.allSatisfy { FieldRules.isWordByte($0) || [47, 58, 64, 43].contains($0) }
        if image.isEmpty || image.utf8.count > 512 || !allowed || image.hasPrefix("-") {
            rules.issues.add("\(path()).image", "must be an image reference such as alpine:3.20")
        }
        rules.environment(environment, "\(path()).environment")
        if let memory, memory < .mebibytes(6) { rules.issues.add("\(path()).memory", "must be at least 6MiB") }
        if let cpus, !(cpus > 0 && cpus <= 1_024) {
            rules.issues.add("\(path()).cpus", "must be more than 0 and at most 1024")
        }
        if let network, network.isEmpty || network.utf8.contains(0) {
            rules.issues.add("\(path()).network", "must be the name of a network")
        }
        if let user, user.isEmpty || user.utf8.contains(0) {
            rules.issues.add("\(path()).user", "must be a user, such as 1000:1000")
        }
        for (index, mount) in mounts.enumerated() {
            for (value, name) in [(mount.source, "source"), (mount.target, "target")]
            where !value.hasPrefix("/") || value.utf8.contains(0) || value.split(separator: "/").contains("..") {
                rules.issues.add("\(path()).mounts[\(index)].\(name)", "must be an absolute path without .. parts")
            }
        }
    }
}
