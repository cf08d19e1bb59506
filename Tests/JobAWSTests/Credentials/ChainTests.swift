import JobAWS
import JobCore
import JobTesting
import JobTransport
import Testing

/// Where credentials are found, and in which order.
struct ChainTests {
    let time = FastTime()
    static let base = ["AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": "us-east-1", "HOME": "/home/test"]

    /// The key that the first call is signed with.
    func key(
        _ variables: [String: String], files: [String: String] = [:], profile: String? = nil,
        transport: ScriptedTransport = ScriptedTransport([])
    ) async throws -> String? {
        transport.expect(
            .init("EC2", where: { $0.url == "https://ec2.us-east-1.amazonaws.com/" }) { _ in
                HTTPResponse(status: 200, body: HTTPBody(Array(Answer.noInstances.utf8)))
            })
        let environment = AWSEnvironment(variables: Self.base.merging(variables) { $1 }) { path in
            files[path].map { Array($0.utf8) }
        }
        let client = try await AWSClient.resolved(
            environment: environment, profile: profile, transport: transport, time: time.source,
            random: .seeded(1))
        _ = try await EC2Client(client).describeInstances(filters: [])
        let signed = transport.requests.last?.request.headers["Authorization"]
        return signed?.split(separator: "Credential=").last?.split(separator: "/").first.map(String.init)
    }

    static func sts(_ operation: String, key: String) -> ScriptedTransport.Expectation {
        let body = """
            <\(operation)Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><\(operation)Result><Credentials>\
            <AccessKeyId>\(key)</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>\
            <Expiration>2027-01-01T00:00:00Z</Expiration></Credentials></\(operation)Result></\(operation)Response>
            """
        return .init("STS \(key)", where: { $0.url == "https://sts.us-east-1.amazonaws.com/" }) { request in
            #expect(request.text.contains("Action=\(operation)&"))
            return HTTPResponse(status: 200, body: HTTPBody(Array(body.utf8)))
        }
    }

    @Test func theEnvironmentComesFirst() async throws {
        let files = [
            "/home/test/.aws/credentials": "[default]\naws_access_key_id = AKFILE\naws_secret_access_key = s\n"
        ]
        let variables = ["AWS_ACCESS_KEY_ID": "AKENV", "AWS_SECRET_ACCESS_KEY": "s"]
        #expect(try await key(variables, files: files) == "AKENV")
        #expect(try await key([:], files: files) == "AKFILE")
        #expect(try await key(variables, files: files, profile: "default") == "AKFILE")
    }

    @Test func halfAKeyIsTold() async throws {
        let trouble = await #expect(throws: CredentialTrouble.self) { try await key(["AWS_ACCESS_KEY_ID": "A"]) }
        #expect(trouble?.detail.contains("AWS_SECRET_ACCESS_KEY") == true)
    }

    @Test func profilesAreNamedByTheEnvironmentAndFilesCanMove() async throws {
        let files = [
            "/c": "# note\n[profile build]\nregion = eu-west-1 ; where\n[other]\n",
            "/k": "[build]\naws_access_key_id=AKBUILD\naws_secret_access_key=a=b\n",
        ]
        let variables = ["AWS_PROFILE": "build", "AWS_CONFIG_FILE": "/c", "AWS_SHARED_CREDENTIALS_FILE": "/k"]
        #expect(try await key(variables, files: files) == "AKBUILD")
        let missing = await #expect(throws: CredentialTrouble.self) { try await key(["AWS_PROFILE": "nowhere"]) }
        #expect(missing?.source == "profile nowhere")
    }

    @Test func rolesAreTakenInAChain() async throws {
        let config = """
            [profile base]
            role_arn = arn:aws:iam::1:role/base
            source_profile = keys
            [profile keys]
            aws_access_key_id = AKKEYS
            aws_secret_access_key = s
            [default]
            role_arn = arn:aws:iam::1:role/top
            source_profile = base
            external_id = ext-1
            duration_seconds = 1800
            role_session_name = me
            """
        let transport = ScriptedTransport([
            Self.sts("AssumeRole", key: "ASBASE"), Self.sts("AssumeRole", key: "ASTOP"),
        ])
        #expect(try await key([:], files: ["/home/test/.aws/config": config], transport: transport) == "ASTOP")
        let requests = transport.requests
        #expect(requests[0].text.contains("RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fbase"))
        #expect(requests[0].request.headers["Authorization"]?.contains("AKKEYS") == true)
        #expect(requests[1].request.headers["Authorization"]?.contains("ASBASE") == true)
        #expect(requests[1].text.contains("DurationSeconds=1800&ExternalId=ext-1"))
        #expect(requests[1].text.contains("RoleSessionName=me"))
        #expect(requests[2].request.headers["X-Amz-Security-Token"] == "t")
    }

    @Test(arguments: [
        ("role_arn = a\nsource_profile = x\n[profile x]\nrole_arn = b\nsource_profile = default", "circle"),
        ("role_arn = a\nsource_profile = nobody", "nobody"), ("role_arn = a", "source_profile"),
        ("role_arn = a\ncredential_source = Moon", "Moon"),
        ("role_arn = a\nsource_profile = default\nmfa_serial = m", "mfa_serial"),
        ("sso_session = corp", "credential_process"), ("aws_access_key_id = a", "aws_secret_access_key"),
        ("role_arn = a\ncredential_source = Environment\nduration_seconds = 5", "duration_seconds"),
    ])
    func mistakesInProfilesAreTold(settings: String, word: String) async throws {
        let files = ["/home/test/.aws/config": "[default]\n\(settings)\n"]
        let trouble = await #expect(throws: CredentialTrouble.self) { try await key([:], files: files) }
        #expect(trouble?.description.contains(word) == true, "\(trouble?.description ?? "")")
    }

    @Test func webIdentitiesNeedNoKeys() async throws {
        let transport = ScriptedTransport([Self.sts("AssumeRoleWithWebIdentity", key: "ASWEB")])
        let variables = [
            "AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": "arn:r", "AWS_ROLE_SESSION_NAME": "pod",
        ]
        #expect(try await key(variables, files: ["/token": "jwt.of.pod\n"], transport: transport) == "ASWEB")
        #expect(transport.requests[0].text.contains("WebIdentityToken=jwt.of.pod"))
        #expect(transport.requests[0].request.headers["Authorization"] == nil)
    }

    @Test func containersAskTheirEndpointWithTheTokenOfTheFile() async throws {
        let transport = ScriptedTransport([
            .on(.get, "http://169.254.170.2/creds/1", respond: 503),
            .on(
                .get, "http://169.254.170.2/creds/1", respond: 200,
                body: #"{"AccessKeyId":"ASBOX","SecretAccessKey":"s","Token":"t","Expiration":"2027-01-01T00:00:00Z"}"#),
        ])
        let variables = [
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/creds/1", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "old",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/authorization",
        ]
        #expect(try await key(variables, files: ["/authorization": "fresh"], transport: transport) == "ASBOX")
        #expect(transport.requests[0].request.headers["Authorization"] == "fresh")
    }

    @Test(arguments: [
        "http://169.254.170.3/x", "http://example.org/", "ftp://localhost/", "http://127.0.0.1.evil.org/",
    ])
    func containerEndpointsElsewhereNeedTLS(url: String) async throws {
        let trouble = await #expect(throws: CredentialTrouble.self) {
            try await key(["AWS_CONTAINER_CREDENTIALS_FULL_URI": url])
        }
        #expect(trouble?.kind == .unusable)
    }

    @Test func tokensWithLineBreaksAreRefused() async throws {
        let variables = [
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "a\r\nX: y",
        ]
        let trouble = await #expect(throws: CredentialTrouble.self) { try await key(variables) }
        #expect(trouble?.detail.contains("line break") == true)
    }

    @Test func programsPrintCredentials() async throws {
        let json = #"{"Version":1,"AccessKeyId":"AK'$NAME'","SecretAccessKey":"s","SessionToken":"t"}"#
        let config = "[default]\ncredential_process = /bin/sh -c \"printf '\(json.replacing("\"", with: "\\\""))'\"\n"
        #expect(try await key(["NAME": "PROG"], files: ["/home/test/.aws/config": config]) == "AKPROG")
    }

    @Test(arguments: [
        ("/bin/sh -c 'echo secret-in-output; exit 3'", "exited with 3"), ("/nonexistent/program", "cannot be started"),
        ("/bin/echo secret-in-output", "Version"), ("/bin/sh -c 'kill -9 $$'", "signal 9"), ("'open", "quote"),
        ("/bin/cat /dev/zero", "65536"),
    ])
    func programsThatFailAreTold(command: String, word: String) async throws {
        let files = ["/home/test/.aws/config": "[default]\ncredential_process = \(command)\n"]
        let trouble = await #expect(throws: CredentialTrouble.self) { try await key([:], files: files) }
        #expect(trouble?.description.contains(word) == true, "\(trouble?.description ?? "")")
        #expect(trouble?.description.contains("secret-in-output") == false)
    }

    @Test func nothingAnywhereNamesAllSources() async throws {
        let trouble = await #expect(throws: CredentialTrouble.self) { try await key([:]) }
        for word in ["environment", "profile default", "container", "AWS_EC2_METADATA_DISABLED", "AWS_PROFILE"] {
            #expect(trouble?.description.contains(word) == true, "\(word)")
        }
    }
}
