internal import JobCore

extension QueryForm {
    /// Adds the parameters that `RunInstances` and `LaunchTemplateData` have in common.
    mutating func add(_ settings: LaunchSettings, prefix: String = "") {
        var form = QueryForm()
        form.add("ImageId", settings.imageID)
        form.add("InstanceType", settings.instanceType)
        if !settings.userData.isEmpty { form.add("UserData", Base64.encode(settings.userData)) }
        form.add("InstanceInitiatedShutdownBehavior", settings.terminatesOnShutdown ? "terminate" : "stop")
        form.add("KeyName", settings.keyName)
        form.add("CreditSpecification.CpuCredits", settings.cpuCredits)
        form.add("Placement.AvailabilityZone", settings.availabilityZone)
        if let profile = settings.instanceProfile {
            form.add("IamInstanceProfile.\(profile.hasPrefix("arn:") ? "Arn" : "Name")", profile)
        }
        form.addMetadata(settings.metadata)
        form.addNetwork(settings)
        form.add(list: "BlockDeviceMapping", settings.volumes) { volume, prefix, form in
            form.add("\(prefix).DeviceName", volume.deviceName)
            form.add("\(prefix).Ebs.VolumeSize", volume.size)
            form.add("\(prefix).Ebs.VolumeType", volume.type)
            form.add("\(prefix).Ebs.Iops", volume.iops)
            form.add("\(prefix).Ebs.Throughput", volume.throughput)
            form.add("\(prefix).Ebs.Encrypted", volume.isEncrypted)
            // Disks that the image does not know would otherwise stay, and be paid, for ever.
            form.add("\(prefix).Ebs.DeleteOnTermination", true)
        }
        form.add(tags: settings.tags)
        append(form, prefix: prefix)
    }

    private mutating func addMetadata(_ options: MetadataOptions) {
        add("MetadataOptions.HttpTokens", "required")
        add("MetadataOptions.HttpEndpoint", "enabled")
        add("MetadataOptions.HttpPutResponseHopLimit", options.hopLimit)
        add("MetadataOptions.InstanceMetadataTags", options.showsTags ? "enabled" : "disabled")
        if options.hasIPv6 { add("MetadataOptions.HttpProtocolIpv6", "enabled") }
    }

    /// What only an interface can say excludes naming groups and subnet beside it.
    private mutating func addNetwork(_ settings: LaunchSettings) {
        guard settings.hasPublicIP != nil || settings.ipv6Addresses > 0 else {
            add(list: "SecurityGroupId", settings.securityGroups)
            add("SubnetId", settings.subnetID)
            return
        }
        let prefix = "NetworkInterface.1"
        add("\(prefix).DeviceIndex", 0)
        add("\(prefix).SubnetId", settings.subnetID)
        add(list: "\(prefix).SecurityGroupId", settings.securityGroups)
        add("\(prefix).AssociatePublicIpAddress", settings.hasPublicIP)
        if settings.ipv6Addresses > 0 { add("\(prefix).Ipv6AddressCount", settings.ipv6Addresses) }
    }

    mutating func add(tags: [ResourceTags]) {
        add(list: "TagSpecification", tags.filter { !$0.tags.isEmpty }) { group, prefix, form in
            form.add("\(prefix).ResourceType", group.resource.rawValue)
            form.add(tags: group.tags, prefix: "\(prefix).")
        }
    }

    /// In the order of their keys, so that the same tags make the same body.
    mutating func add(tags: [String: String], prefix: String = "") {
        add(list: "\(prefix)Tag", tags.sorted { $0.key < $1.key }) { tag, prefix, form in
            form.add("\(prefix).Key", tag.key)
            form.add("\(prefix).Value", tag.value)
        }
    }
}
