internal import JobCore

extension EC2World {
    /// An instance as EC2 describes it.
    func node(of instance: FakeEC2.Instance) -> [XMLNode?] {
        let isSpot = instance.pool.lifecycle == .spot
        let architecture = type(named: instance.pool.type)?.architecture
        return [
            XMLNode("instanceId", instance.id), XMLNode("imageId", instance.imageID),
            stateNode("instanceState", instance.state), XMLNode("privateDnsName", ""), XMLNode("dnsName", ""),
            XMLNode("reason", instance.reason.map { "\($0.message) (\(stamp(instance.endedAt ?? now)))" } ?? ""),
            XMLNode("amiLaunchIndex", "0"), XMLNode("instanceType", instance.pool.type),
            XMLNode("launchTime", stamp(instance.launchedAt)),
            XMLNode("placement", [XMLNode("availabilityZone", instance.pool.zone), XMLNode("tenancy", "default")]),
            instance.isAlive ? XMLNode("subnetId", instance.subnetID) : nil,
            instance.isAlive ? XMLNode("vpcId", "vpc-0") : nil,
            instance.isAlive ? XMLNode("privateIpAddress", instance.privateAddress) : nil,
            instance.isAlive ? XMLNode("ipAddress", instance.publicAddress) : nil,
            .set("groupSet", instance.securityGroups.map { [XMLNode("groupId", $0), XMLNode("groupName", $0)] }),
            instance.reason.map {
                XMLNode("stateReason", [XMLNode("code", $0.code), XMLNode("message", $0.message)])
            }, XMLNode("architecture", architecture),
            .set(
                "blockDeviceMapping",
                instance.volumeIDs.compactMap { volumes[$0] }.map { volume in
                    [
                        XMLNode("deviceName", volume.device),
                        XMLNode(
                            "ebs",
                            [
                                XMLNode("volumeId", volume.id), XMLNode("status", "attached"),
                                XMLNode("deleteOnTermination", "\(volume.deletesOnTermination)"),
                            ]),
                    ]
                }), isSpot ? XMLNode("instanceLifecycle", "spot") : nil,
            XMLNode("spotInstanceRequestId", instance.spotRequestID), XMLNode("clientToken", instance.clientToken),
            Tagging.node(instance.tags), XMLNode("hypervisor", "xen"),
            instance.instanceProfile.map { profile in
                let arn = "arn:aws:iam::\(configuration.accountID):instance-profile/\(profile)"
                return XMLNode("iamInstanceProfile", [XMLNode("arn", profile.hasPrefix("arn:") ? profile : arn)])
            },
            XMLNode(
                "metadataOptions",
                [
                    XMLNode("state", "applied"),
                    XMLNode("httpTokens", instance.requiresTokens ? "required" : "optional"),
                    XMLNode("httpPutResponseHopLimit", "\(instance.hopLimit)"), XMLNode("httpEndpoint", "enabled"),
                    XMLNode("instanceMetadataTags", instance.showsTags ? "enabled" : "disabled"),
                ]),
        ]
    }

    func stateNode(_ name: String, _ state: FakeEC2.Instance.State) -> XMLNode {
        XMLNode(name, [XMLNode("code", "\(Self.code(of: state))"), XMLNode("name", state.rawValue)])
    }

    static func code(of state: FakeEC2.Instance.State) -> Int {
        switch state {
        case .pending: 0
        case .running: 16
        case .shuttingDown: 32
        case .terminated: 48
        case .stopping: 64
        case .stopped: 80
        }
    }
}
