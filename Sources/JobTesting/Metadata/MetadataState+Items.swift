internal import JobCore

extension MetadataState {
    /// Everything that can be read, by its path below the version.
    func items(at now: Timestamp) -> [String: String] {
        var items = [
            "meta-data/instance-id": identity.instanceID, "meta-data/instance-type": identity.instanceType,
            "meta-data/instance-life-cycle": identity.lifecycle.rawValue, "meta-data/ami-id": identity.imageID,
            "meta-data/local-ipv4": identity.privateAddress, "meta-data/mac": "0e:00:0a:12:00:01",
            "meta-data/placement/availability-zone": identity.zone,
            "meta-data/placement/availability-zone-id": "use1-az" + String(identity.zone.suffix(1)),
            "meta-data/placement/region": identity.region, "dynamic/instance-identity/document": document.text,
            // Not signed by AWS: a check that accepts these is not one.
            "dynamic/instance-identity/pkcs7": "FAKE", "dynamic/instance-identity/signature": "FAKE",
            "dynamic/instance-identity/rsa2048": "FAKE",
        ]
        items["meta-data/public-ipv4"] = identity.publicAddress
        items["meta-data/autoscaling/target-lifecycle-state"] = lifecycleState
        for (key, value) in identity.tags ?? [:] where Self.isPathSafe(key) {
            items["meta-data/tags/instance/\(key)"] = value
        }
        if let interruption {
            let time = Self.seconds(interruption.at)
            let action: JSONValue = ["action": .string(interruption.action), "time": .string(time)]
            items["meta-data/spot/instance-action"] = action.text
            if interruption.action == "terminate" { items["meta-data/spot/termination-time"] = time }
        }
        if let rebalancedAt {
            let notice: JSONValue = ["noticeTime": .string(Self.seconds(rebalancedAt))]
            items["meta-data/events/recommendations/rebalance"] = notice.text
        }
        let events = JSONValue.array(maintenance.map { Self.value(of: $0) })
        items["meta-data/events/maintenance/scheduled"] = events.text
        if let role = identity.role {
            items["meta-data/iam/security-credentials/\(role)"] = credentials(at: now).text
        }
        return items
    }

    /// The identity document, without its signature.
    private var document: JSONValue {
        [
            "accountId": .string(identity.accountID), "architecture": .string(identity.architecture),
            "availabilityZone": .string(identity.zone), "imageId": .string(identity.imageID),
            "instanceId": .string(identity.instanceID), "instanceType": .string(identity.instanceType),
            "pendingTime": .string(Self.seconds(identity.launchedAt)), "privateIp": .string(identity.privateAddress),
            "region": .string(identity.region), "version": "2017-09-30",
        ]
    }

    private func credentials(at now: Timestamp) -> JSONValue {
        let key = credentials?.accessKeyID ?? "ASIAFAKE\(identity.instanceID.suffix(8).uppercased())"
        let code = credentials?.code ?? "Success"
        guard code == "Success" else {
            return [
                "Code": .string(code), "Message": "There are no credentials.",
                "LastUpdated": .string(Self.seconds(now)),
            ]
        }
        return [
            "Code": "Success", "LastUpdated": .string(Self.seconds(now)), "Type": "AWS-HMAC",
            "AccessKeyId": .string(key), "SecretAccessKey": "fake-secret", "Token": "fake-token",
            "Expiration": .string(Self.seconds(credentials?.expiresAt ?? now + .seconds(6 * 3_600))),
        ]
    }

    private static func value(of event: FakeIMDS.Maintenance) -> JSONValue {
        var members: JSONObject = [
            "NotBefore": .string(AWSDate.event(event.notBefore)), "Code": .string(event.code),
            "Description": "scheduled maintenance", "EventId": .string(event.eventID), "State": .string(event.state),
        ]
        if let end = event.notAfter { members["NotAfter"] = .string(AWSDate.event(end)) }
        return .object(members)
    }

    private static func seconds(_ time: Timestamp) -> String {
        Timestamp(seconds: time.microseconds / 1_000_000).description
    }

    /// Whether EC2 allows the key of a tag as a part of a path.
    private static func isPathSafe(_ key: String) -> Bool {
        !key.isEmpty && key != "." && key != ".."
            && key.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || "+-=._,:@!".utf8.contains(byte)
            }
    }
}
