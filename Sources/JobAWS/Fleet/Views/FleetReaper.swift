public import JobCore

/// One sweep for what nobody knows: instances and launch templates with our tag that no record accounts for.
///
/// Safe beside a running service: it touches nothing that a record knows, and judges as the service does.
public struct FleetReaper: Sendable {
    /// What it did, or would do, about one thing.
    public struct Finding: Hashable, Sendable {
        /// What is done.
        public enum Act: String, Hashable, Sendable, CaseIterable {
            /// It is too young to be judged.
            case wait
            /// It is tagged as an orphan; a later sweep terminates it.
            case tag
            /// It is terminated, or deleted.
            case remove
        }

        /// The instance's id or the template's name.
        public var thing: String
        /// What is done.
        public var act: Act
        /// Why, for people.
        public var reason: String
        /// What EC2 said against it; nil when it did not.
        public var error: String?
    }

    let store: FleetStore
    let cloud: any FleetCloud
    let settings: FleetController.Settings
    let time: TimeSource

    /// Makes a reaper.
    public init(
        store: FleetStore, cloud: any FleetCloud, settings: FleetController.Settings, time: TimeSource = .system
    ) {
        self.store = store
        self.cloud = cloud
        self.settings = settings
        self.time = time
    }

    /// Sweeps once.
    ///
    /// - Parameter isDry: whether to tell only what would be done.
    /// - Returns: what it found, each with what became of it; a failure at one does not keep it from the others.
    /// - Throws: the cloud's error when nothing can be listed; `QueueError`.
    public func sweep(isDry: Bool = false) async throws -> [Finding] {
        // The cloud before the store: what is launched in between is then in neither, or in the store alone.
        let instances = try await cloud.instances(owner: settings.owner)
        let templates = try await cloud.templates(owner: settings.owner)
        let known = Set(try await store.instances().map(\.id))
        let launches = Dictionary(try await store.launches().map { ($0.id, $0.state) }, uniquingKeysWith: { $1 })
        let now = time.now
        var findings: [Finding] = []
        for instance in instances where instance.exists && !known.contains(instance.id) {
            // What a known launch gave is the service's to adopt.
            if let launch = instance.tags[FleetTag.launch], launches[launch] != nil { continue }
            findings.append(await reap(instance, isDry, at: now))
        }
        for template in templates {
            let isStray = OrphanRule.isStray(
                template, isOpen: { launches[$0] == .intended }, grace: settings.orphanGrace, at: now)
            guard isStray else { continue }
            var finding = Finding(thing: template.name, act: .remove, reason: "its launch is over")
            if !isDry {
                do { try await cloud.removeTemplate(template.name) } catch { finding.error = "\(error)" }
            }
            findings.append(finding)
        }
        return findings
    }

    private func reap(_ instance: CloudInstance, _ isDry: Bool, at now: Timestamp) async -> Finding {
        var finding = Finding(thing: instance.id, act: .wait, reason: "it is too young to be judged")
        do {
            switch OrphanRule.judge(instance, owner: settings.owner, grace: settings.orphanGrace, at: now) {
            case .wait: break
            case .tag:
                finding.act = .tag
                finding.reason = "no record knows it"
                if !isDry { try await cloud.tag(instance.id, [FleetTag.orphan: now.description]) }
            case .terminate(let why):
                finding.act = .remove
                finding.reason = why
                if !isDry { try await cloud.terminate(instance.id) }
            }
        } catch {
            finding.error = "\(error)"
        }
        return finding
    }
}

extension FleetReaper.Finding {
    /// The finding as JSON.
    public var json: JSONValue {
        var builder = ObjectBuilder()
        builder["thing"] = .string(thing)
        builder["act"] = .string(act.rawValue)
        builder["reason"] = .string(reason)
        builder["error"] = error.map { .string($0) }
        return builder.json
    }
}
