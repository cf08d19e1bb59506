import JobAWS
import JobCore
import JobTesting
import JobTransport
import Testing

extension MotoTests {
    /// Signatures, permissions and session tokens, checked by moto's own SigV4 and IAM code.
    @Suite struct MotoAccessTests {
        /// Calls IAM, which the product does not need, with our own signatures.
        struct IAM {
            let client: AWSClient
            let service = AWSService(name: "iam", variable: "IAM")

            func call(_ operation: String, _ parameters: [(String, String)]) async throws -> XMLNode {
                var form = QueryForm()
                for (name, value) in parameters { form.add(name, value) }
                let answer = try await client.send(.form(service, operation, version: "2010-05-08", form))
                return try XMLReader.parse(answer.body)["\(operation)Result"] ?? XMLNode("none")
            }

            static func policy(_ actions: String) -> String {
                #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[\#(actions)],"Resource":"*"}]}"#
            }
        }

        @Test func onlyRightSignaturesPass() async throws {
            try await MotoServer.run { server, transport in
                let iam = IAM(client: server.client(transport))
                _ = try await iam.call("CreateUser", [("UserName", "u")])
                let key = try #require(try await iam.call("CreateAccessKey", [("UserName", "u")])["AccessKey"])
                let id = try #require(key.text("AccessKeyId")), secret = try #require(key.text("SecretAccessKey"))
                let actions = #""ec2:Describe*","ec2:RunInstances","ec2:CreateTags","sts:*","s3:*","ssm:*""#
                _ = try await iam.call(
                    "PutUserPolicy",
                    [("UserName", "u"), ("PolicyName", "p"), ("PolicyDocument", IAM.policy(actions))])
                let trust =
                    #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}"#
                _ = try await iam.call("CreateRole", [("RoleName", "r"), ("AssumeRolePolicyDocument", trust)])
                _ = try await iam.call(
                    "PutRolePolicy",
                    [("RoleName", "r"), ("PolicyName", "p"), ("PolicyDocument", IAM.policy(#""ec2:DescribeSubnets""#))])
                try await server.checkSignatures(transport)

                let user = StaticCredentials(accessKeyID: id, secretAccessKey: secret)
                let client = server.client(transport, credentials: user)
                let ec2 = EC2Client(client)
                #expect(try await ec2.describeSubnets().count >= 3)
                // Everything that could be encoded in two ways, and bytes that are no ASCII.
                #expect(
                    try await ec2.describeSubnets(filters: [.tag("a b/c*~+ü'(%)", "é=&\n\"<>")]).isEmpty)
                let settings = LaunchSettings(
                    imageID: "ami-12c6146b", instanceType: "m5.large", userData: Array(repeating: 0xFB, count: 999))
                _ = try await ec2.runInstances(RunInstancesRequest(clientToken: "t", settings: settings))
                #expect(try await SSMClient(client).parameter("/no/such") == nil)

                let denied = await #expect(throws: AWSError.self) {
                    try await ec2.terminateInstances(["i-0123456789abcdef0"])
                }
                #expect(denied?.category == .permission)
                #expect(denied?.httpStatus == 403)
                let wrong = StaticCredentials(accessKeyID: id, secretAccessKey: secret + "x")
                let refused = await #expect(throws: AWSError.self) {
                    try await EC2Client(server.client(transport, credentials: wrong)).describeSubnets()
                }
                #expect(refused?.code == "AuthFailure")
                #expect(refused?.description.contains(secret) == false)
                let stranger = StaticCredentials(accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "z")
                let unknown = await #expect(throws: AWSError.self) {
                    try await EC2Client(server.client(transport, credentials: stranger)).describeSubnets()
                }
                #expect(unknown?.category == .permission)

                let role = RoleCredentials(
                    AssumeRoleRequest(roleARN: "arn:aws:iam::123456789012:role/r", sessionName: "tests"),
                    sts: STSClient(client))
                let session = EC2Client(server.client(transport, credentials: role))
                #expect(try await session.describeSubnets().count >= 3)
                let keys = try await role.credentials()
                #expect(keys.expiresAt != nil)
                let bare = StaticCredentials(accessKeyID: keys.accessKeyID, secretAccessKey: keys.secretAccessKey)
                await #expect(throws: AWSError.self) {
                    try await EC2Client(server.client(transport, credentials: bare)).describeSubnets()
                }

                let bucket = try S3Client(client, bucket: "signed")
                try await bucket.createForTests()
                // moto refuses other keys also from boto3 when it checks signatures.
                try await bucket.put(Array("hello".utf8), key: "a b/~c.txt")
                #expect(try await bucket.get("a b/~c.txt") == Array("hello".utf8))
                #expect(try await bucket.list(prefix: "a b").map(\.key) == ["a b/~c.txt"])
            }
        }
    }
}

extension S3Client {
    /// Makes the bucket, which the product leaves to others.
    func createForTests() async throws {
        var call = AWSCall(service: .s3, operation: "CreateBucket")
        call.method = .put
        call.path = "/\(bucket)"
        _ = try await client.send(call)
    }
}
