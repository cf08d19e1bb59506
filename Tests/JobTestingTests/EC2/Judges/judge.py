"""Judges the fake EC2 with boto3 and the AWS command line: what they cannot read or do is a fault of the fake."""

import base64
import datetime
import json
import os
import subprocess
import sys

import boto3
import botocore.config
import botocore.exceptions

endpoint = sys.argv[1]
os.environ.update(
    AWS_ACCESS_KEY_ID="AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY="secret",
    AWS_REGION="us-east-1",
    AWS_DEFAULT_REGION="us-east-1",
    AWS_EC2_METADATA_DISABLED="true",
    AWS_ENDPOINT_URL=endpoint,
    AWS_CONFIG_FILE="/dev/null",
    AWS_SHARED_CREDENTIALS_FILE="/dev/null",
)
config = botocore.config.Config(retries={"total_max_attempts": 1})
ec2 = boto3.client("ec2", config=config)


def expect(holds, what):
    if not holds:
        sys.exit(f"not as expected: {what}")


def refused(code, status, call, **parameters):
    try:
        call(**parameters)
    except botocore.exceptions.ClientError as error:
        got = (error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"])
        expect(got == (code, status), f"{got} instead of {(code, status)}")
        expect(error.response["ResponseMetadata"].get("RequestId"), "an error has a request id")
    else:
        sys.exit(f"not refused: {call.__name__} should say {code}")


def aws(*words):
    run = subprocess.run(
        [sys.executable, "-m", "awscli", *words, "--output", "json"], capture_output=True, text=True, timeout=120
    )
    expect(run.returncode == 0, f"aws {' '.join(words)}: {run.stderr}")
    return json.loads(run.stdout) if run.stdout else None


# One instance, launched, found, tagged.
launch = dict(
    ImageId="ami-0arm64",
    InstanceType="c7g.large",
    MinCount=1,
    MaxCount=1,
    ClientToken="judge-1",
    InstanceInitiatedShutdownBehavior="terminate",
    UserData="#!/bin/sh\necho hello <&>\n",
    InstanceMarketOptions={
        "MarketType": "spot",
        "SpotOptions": {"SpotInstanceType": "one-time", "InstanceInterruptionBehavior": "terminate"},
    },
    MetadataOptions={"HttpTokens": "required", "HttpPutResponseHopLimit": 2, "InstanceMetadataTags": "enabled"},
    NetworkInterfaces=[{"DeviceIndex": 0, "SubnetId": "subnet-0b", "Groups": ["sg-1"], "AssociatePublicIpAddress": True}],
    BlockDeviceMappings=[
        {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 30, "VolumeType": "gp3", "DeleteOnTermination": True}}
    ],
    IamInstanceProfile={"Name": "worker"},
    TagSpecifications=[
        {"ResourceType": "instance", "Tags": [{"Key": "jobkit:owner", "Value": "ä & <b>"}]},
        {"ResourceType": "volume", "Tags": [{"Key": "jobkit:owner", "Value": "judge"}]},
        {"ResourceType": "spot-instances-request", "Tags": [{"Key": "jobkit:owner", "Value": "judge"}]},
    ],
)
refused("DryRunOperation", 412, ec2.run_instances, **launch, DryRun=True)
first = ec2.run_instances(**launch)["Instances"][0]
again = ec2.run_instances(**launch)["Instances"][0]
expect(first["InstanceId"] == again["InstanceId"], "a client token launches once")
refused("IdempotentParameterMismatch", 400, ec2.run_instances, **{**launch, "InstanceType": "c7g.xlarge"})
expect(first["State"] in ({"Code": 0, "Name": "pending"}, {"Code": 16, "Name": "running"}), first["State"])
expect(first["InstanceLifecycle"] == "spot", "it is a spot instance")
expect(first["Placement"]["AvailabilityZone"] == "us-east-1b", "it is where its subnet is")
expect(first["Tags"] == [{"Key": "jobkit:owner", "Value": "ä & <b>"}], first["Tags"])
expect(first["MetadataOptions"]["HttpTokens"] == "required", "tokens are required")
expect(first["LaunchTime"].tzinfo is not None, "the time of the launch is a time")
expect("PublicIpAddress" in first and "PrivateIpAddress" in first, "it has addresses")
instance = first["InstanceId"]
ec2.get_waiter("instance_running").wait(InstanceIds=[instance], WaiterConfig={"Delay": 1, "MaxAttempts": 30})
ec2.create_tags(Resources=[instance], Tags=[{"Key": "Name", "Value": "judged"}])
found = ec2.describe_instances(
    Filters=[
        {"Name": "tag:Name", "Values": ["judg*"]},
        {"Name": "client-token", "Values": ["judge-1"]},
        {"Name": "instance-lifecycle", "Values": ["spot"]},
        {"Name": "instance-state-name", "Values": ["running"]},
    ]
)
expect(found["Reservations"][0]["Instances"][0]["InstanceId"] == instance, "filters find it")
refused("InvalidParameterValue", 400, ec2.describe_instances, Filters=[{"Name": "colour", "Values": ["red"]}])
refused("InvalidInstanceID.NotFound", 400, ec2.describe_instances, InstanceIds=["i-0123456789abcdef0"])
refused("InvalidInstanceID.Malformed", 400, ec2.describe_instances, InstanceIds=["i-x"])
status = ec2.describe_instance_status(InstanceIds=[instance])["InstanceStatuses"][0]
expect(status["InstanceStatus"]["Status"] == "ok", "its status is well")
request = ec2.describe_spot_instance_requests(SpotInstanceRequestIds=[first["SpotInstanceRequestId"]])
request = request["SpotInstanceRequests"][0]
expect((request["State"], request["Status"]["Code"]) == ("active", "fulfilled"), "its request is fulfilled")
expect(request["InstanceId"] == instance, "its request names it")
volume = ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": [instance]}])["Volumes"][0]
expect(volume["Size"] == 30 and volume["Tags"][0]["Value"] == "judge", "its volume is as asked for")
refused("VolumeInUse", 400, ec2.delete_volume, VolumeId=volume["VolumeId"])
ec2.get_console_output(InstanceId=instance, Latest=True)

# A template and a fleet from it.
template = ec2.create_launch_template(
    LaunchTemplateName="judge",
    LaunchTemplateData={
        "ImageId": "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64",
        "UserData": base64.b64encode(b"#!/bin/sh\n").decode(),
        "InstanceInitiatedShutdownBehavior": "terminate",
        "SecurityGroupIds": ["sg-1"],
        "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "from", "Value": "template"}]}],
    },
    TagSpecifications=[{"ResourceType": "launch-template", "Tags": [{"Key": "jobkit:owner", "Value": "judge"}]}],
)["LaunchTemplate"]
listed = ec2.describe_launch_templates(Filters=[{"Name": "tag:jobkit:owner", "Values": ["judge"]}])["LaunchTemplates"]
expect([t["LaunchTemplateId"] for t in listed] == [template["LaunchTemplateId"]], "templates are found by tag")
fleet = ec2.create_fleet(
    Type="instant",
    SpotOptions={"AllocationStrategy": "price-capacity-optimized"},
    TargetCapacitySpecification={"TotalTargetCapacity": 3, "DefaultTargetCapacityType": "spot"},
    LaunchTemplateConfigs=[
        {
            "LaunchTemplateSpecification": {"LaunchTemplateName": "judge", "Version": "$Default"},
            "Overrides": [
                {"InstanceType": t, "SubnetId": s}
                for t in ("r7g.large", "m7g.large")
                for s in ("subnet-0a", "subnet-0b")
            ],
        }
    ],
    TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "by", "Value": "fleet"}]}],
)
launched = [i for group in fleet["Instances"] for i in group["InstanceIds"]]
expect(len(launched) == 3, f"the fleet has three instances: {fleet}")
expect(fleet["Instances"][0]["Lifecycle"] == "spot", "of the spot market")
errors = {error["ErrorCode"] for error in fleet["Errors"]}
expect(errors == {"InsufficientInstanceCapacity"}, f"the pool with too little is reported: {fleet}")
overrides = fleet["Errors"][0]["LaunchTemplateAndOverrides"]["Overrides"]
expect((overrides["InstanceType"], overrides["SubnetId"]) == ("r7g.large", "subnet-0a"), "with what it was")
pages = ec2.get_paginator("describe_instances").paginate(
    Filters=[{"Name": "tag:by", "Values": ["fleet"]}], PaginationConfig={"PageSize": 5}
)
tags = [{t["Key"]: t["Value"] for t in i["Tags"]} for p in pages for r in p["Reservations"] for i in r["Instances"]]
expect(len(tags) == 3 and all(t["from"] == "template" for t in tags), "tags of both are there")
ec2.delete_launch_template(LaunchTemplateName="judge")
refused("InvalidLaunchTemplateName.NotFoundException", 400, ec2.delete_launch_template, LaunchTemplateName="judge")

# The plan: no capacity, throttling, and a launch whose answer is lost.
m7g = dict(ImageId="ami-0arm64", InstanceType="m7g.large", MinCount=1, MaxCount=1)
refused("InsufficientInstanceCapacity", 500, ec2.run_instances, **m7g)
refused("RequestLimitExceeded", 503, ec2.describe_instance_type_offerings)
offerings = ec2.describe_instance_type_offerings(
    LocationType="availability-zone", Filters=[{"Name": "instance-type", "Values": ["c7g.large"]}]
)["InstanceTypeOfferings"]
expect({o["Location"] for o in offerings} == {"us-east-1a", "us-east-1b", "us-east-1c"}, "offerings name zones")
retrying = boto3.client("ec2", config=botocore.config.Config(retries={"total_max_attempts": 3, "mode": "standard"}))
before = len(ec2.describe_instances()["Reservations"])
lost = retrying.run_instances(ImageId="ami-0x8664", InstanceType="c7i.large", MinCount=1, MaxCount=1)
expect(len(ec2.describe_instances()["Reservations"]) == before + 1, "a repeated launch launched once")

# What things are and cost.
types = ec2.describe_instance_types(InstanceTypes=["c7g.large"])["InstanceTypes"][0]
expect(types["VCpuInfo"]["DefaultVCpus"] == 2 and types["MemoryInfo"]["SizeInMiB"] == 4096, "a type has its size")
expect(types["ProcessorInfo"]["SupportedArchitectures"] == ["arm64"], "and its architecture")
history = ec2.describe_spot_price_history(
    InstanceTypes=["c7g.large"],
    ProductDescriptions=["Linux/UNIX"],
    StartTime=datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=2),
)["SpotPriceHistory"]
times = [price["Timestamp"] for price in history]
expect(len(history) > 30 and times == sorted(times, reverse=True), "prices come newest first")
expect(all(0 < float(price["SpotPrice"]) < 0.0725 for price in history), "and are prices")
subnets = ec2.describe_subnets(SubnetIds=["subnet-0a", "subnet-0b"])["Subnets"]
expect([s["AvailabilityZone"] for s in subnets] == ["us-east-1a", "us-east-1b"], "subnets are where they are")

# Ends.
ending = ec2.terminate_instances(InstanceIds=[instance])["TerminatingInstances"][0]
expect(ending["CurrentState"]["Name"] == "shutting-down", "it is shutting down")
ec2.get_waiter("instance_terminated").wait(InstanceIds=[instance], WaiterConfig={"Delay": 1, "MaxAttempts": 30})
gone = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
expect(gone["StateReason"]["Code"] == "Client.UserInitiatedShutdown", "it says why it ended")
refused("IdempotentInstanceTerminated", 400, ec2.run_instances, **launch)
ec2.cancel_spot_instance_requests(SpotInstanceRequestIds=[first["SpotInstanceRequestId"]])

# Other services.
parameter = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
expect(boto3.client("ssm").get_parameter(Name=parameter)["Parameter"]["Value"] == "ami-0x8664", "SSM knows the image")
refused("ParameterNotFound", 400, boto3.client("ssm").get_parameter, Name="/none")
expect(boto3.client("sts").get_caller_identity()["Account"] == "123456789012", "STS knows the caller")
role = boto3.client("sts").assume_role(RoleArn="arn:aws:iam::123456789012:role/x", RoleSessionName="judge")
expect(role["Credentials"]["AccessKeyId"].startswith("ASIA"), "a role has credentials")

# The command line.
made = aws(
    "ec2", "run-instances", "--image-id", "ami-0x8664", "--instance-type", "t3.small", "--count", "2",
    "--instance-market-options", "MarketType=spot", "--user-data", "#!/bin/sh",
    "--tag-specifications", "ResourceType=instance,Tags=[{Key=by,Value=cli}]",
)  # fmt: skip
expect(len(made["Instances"]) == 2, "the command line launches two")
names = aws("ec2", "describe-instances", "--filters", "Name=tag:by,Values=cli", "--query", "Reservations[].Instances[].InstanceId")
expect(sorted(names) == sorted(i["InstanceId"] for i in made["Instances"]), "and finds them")
aws("ec2", "terminate-instances", "--instance-ids", *names)
print("judged")
