/// The parameters that each operation takes; EC2 refuses all others, and so finds misspelt ones.
///
/// `#` stands for a number. Those that change nothing here are listed all the same.
enum KnownParameters {
    /// Finds a parameter that an operation does not take; nil when all are known.
    static func firstUnknown(in form: QueryForm, of operation: String) -> String? {
        guard let known = table[operation] else { return nil }
        return form.pairs.keys.sorted().first { name in
            let parts = name.split(separator: ".", omittingEmptySubsequences: false)
            return !known.contains(parts.map { Int($0) == nil ? String($0) : "#" }.joined(separator: "."))
        }
    }

    private static let filtered = ["DryRun", "Filter.#.Name", "Filter.#.Value.#", "MaxResults", "NextToken"]
    private static let tags = ["Tag.#.Key", "Tag.#.Value"]
    private static let tagSpecification = ["TagSpecification.#.ResourceType"] + below("TagSpecification.#", tags)

    private static let launch: [String] =
        [
            "ImageId", "InstanceType", "KeyName", "UserData", "InstanceInitiatedShutdownBehavior", "EbsOptimized",
            "DisableApiTermination", "DisableApiStop", "SecurityGroupId.#", "SecurityGroup.#",
            "IamInstanceProfile.Name",
            "IamInstanceProfile.Arn", "Monitoring.Enabled", "CreditSpecification.CpuCredits",
        ] + tagSpecification
        + below("Placement", ["AvailabilityZone", "AvailabilityZoneId", "Tenancy", "GroupName", "HostId"])
        + below(
            "MetadataOptions",
            ["HttpTokens", "HttpPutResponseHopLimit", "HttpEndpoint", "HttpProtocolIpv6", "InstanceMetadataTags"])
        + ["InstanceMarketOptions.MarketType"]
        + below(
            "InstanceMarketOptions.SpotOptions",
            ["MaxPrice", "SpotInstanceType", "InstanceInterruptionBehavior", "ValidUntil", "BlockDurationMinutes"])
        + below(
            "NetworkInterface.#",
            [
                "DeviceIndex", "SubnetId", "SecurityGroupId.#", "AssociatePublicIpAddress", "Ipv6AddressCount",
                "DeleteOnTermination", "Description", "NetworkInterfaceId", "PrivateIpAddress", "InterfaceType",
                "NetworkCardIndex",
            ])
        + ["BlockDeviceMapping.#.DeviceName", "BlockDeviceMapping.#.NoDevice", "BlockDeviceMapping.#.VirtualName"]
        + below(
            "BlockDeviceMapping.#.Ebs",
            [
                "VolumeSize", "VolumeType", "Iops", "Throughput", "Encrypted", "KmsKeyId", "SnapshotId",
                "DeleteOnTermination",
            ])

    private static let fleet: [String] =
        [
            "DryRun", "ClientToken", "Type", "ExcessCapacityTerminationPolicy", "TerminateInstancesWithExpiration",
            "ValidFrom", "ValidUntil", "ReplaceUnhealthyInstances", "Context",
        ] + tagSpecification
        + below("SpotOptions", options + ["InstanceInterruptionBehavior", "InstancePoolsToUseCount"])
        + below("OnDemandOptions", options)
        + below(
            "TargetCapacitySpecification",
            [
                "TotalTargetCapacity", "SpotTargetCapacity", "OnDemandTargetCapacity", "DefaultTargetCapacityType",
                "TargetCapacityUnitType",
            ])
        + below(
            "LaunchTemplateConfigs.#.LaunchTemplateSpecification",
            ["LaunchTemplateId", "LaunchTemplateName", "Version"])
        + below(
            "LaunchTemplateConfigs.#.Overrides.#",
            [
                "InstanceType", "SubnetId", "AvailabilityZone", "ImageId", "Priority", "WeightedCapacity", "MaxPrice",
                "Placement.AvailabilityZone",
            ])

    private static let options = [
        "AllocationStrategy", "MinTargetCapacity", "SingleInstanceType", "SingleAvailabilityZone", "MaxTotalPrice",
    ]

    private static let table: [String: Set<String>] = [
        "RunInstances": launch + [
            "MinCount", "MaxCount", "ClientToken", "DryRun", "SubnetId", "PrivateIpAddress",
            "LaunchTemplate.LaunchTemplateId",
            "LaunchTemplate.LaunchTemplateName", "LaunchTemplate.Version",
        ], "CreateFleet": fleet,
        "CreateLaunchTemplate": [
            "LaunchTemplateName", "ClientToken", "DryRun", "VersionDescription",
        ] + tagSpecification + below("LaunchTemplateData", launch),
        "DeleteLaunchTemplate": ["LaunchTemplateId", "LaunchTemplateName", "DryRun"],
        "DescribeLaunchTemplates": filtered + ["LaunchTemplateId.#", "LaunchTemplateName.#"],
        "DescribeInstances": filtered + ["InstanceId.#"],
        "DescribeInstanceStatus": filtered + ["InstanceId.#", "IncludeAllInstances"],
        "TerminateInstances": ["InstanceId.#", "DryRun", "Force", "SkipOsShutdown"],
        "GetConsoleOutput": ["InstanceId", "Latest", "DryRun"],
        "CreateTags": tags + ["ResourceId.#", "DryRun"], "DeleteTags": tags + ["ResourceId.#", "DryRun"],
        "DescribeSpotInstanceRequests": filtered + ["SpotInstanceRequestId.#"],
        "CancelSpotInstanceRequests": ["SpotInstanceRequestId.#", "DryRun"],
        "DescribeSpotPriceHistory": filtered + [
            "InstanceType.#", "ProductDescription.#", "AvailabilityZone", "StartTime", "EndTime",
        ], "DescribeSubnets": filtered + ["SubnetId.#"], "DescribeInstanceTypes": filtered + ["InstanceType.#"],
        "DescribeInstanceTypeOfferings": filtered + ["LocationType"], "DescribeVolumes": filtered + ["VolumeId.#"],
        "DeleteVolume": ["VolumeId", "DryRun"],
    ].mapValues { Set($0) }

    private static func below(_ prefix: String, _ names: [String]) -> [String] { names.map { "\(prefix).\($0)" } }
}
