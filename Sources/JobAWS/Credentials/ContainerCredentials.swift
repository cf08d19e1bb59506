public import JobCore
public import JobTransport

/// The credentials that ECS, EKS and their like give to a container over HTTP.
///
/// `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `…_FULL_URI` says where; without TLS only on this machine and at the
/// known link-local addresses. The authorization comes from the file `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE` or from
/// `AWS_CONTAINER_AUTHORIZATION_TOKEN`.
public struct ContainerCredentials: CredentialProvider {
    private static let source = "the container's endpoint"
    private static let attempts = 3
    private let environment: AWSEnvironment
    private let transport: any HTTPTransport
    private let time: TimeSource

    /// Makes a provider.
    public init(_ environment: AWSEnvironment = .process, transport: any HTTPTransport, time: TimeSource = .system) {
        self.environment = environment
        self.transport = transport
        self.time = time
    }

    /// Asks the endpoint.
    public func credentials() async throws -> AWSCredentials {
        var request = HTTPRequest(
            url: try url(), headers: ["Accept": "application/json"],
            timeouts: HTTPTimeouts(connect: .seconds(2), total: .seconds(2)), maximumResponseBytes: 64 * 1024)
        request.proxy = .direct
        if let token = try authorization() { request.headers["Authorization"] = token }
        for attempt in 1... {
            do {
                return try await ask(request)
            } catch let error as TransportError {
                guard error.isTransient, attempt < Self.attempts else { throw trouble(error.description) }
            } catch let busy as Busy {
                guard attempt < Self.attempts else { throw trouble("HTTP \(busy.status)") }
            }
            try await time.sleep(for: .milliseconds(200) * attempt)
        }
        throw trouble("it does not answer")
    }

    private struct Busy: Error { var status: Int }

    private func ask(_ request: HTTPRequest) async throws -> AWSCredentials {
        let response = try await transport.send(request)
        let body = try await response.body.collect(upTo: 64 * 1024)
        switch response.status {
        case 200: return try CredentialDocument.parse(String(decoding: body, as: UTF8.self), source: Self.source)
        case 429, 500...599: throw Busy(status: response.status)
        default: throw trouble("HTTP \(response.status)")
        }
    }

    private func url() throws -> String {
        if let path = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
            guard path.hasPrefix("/") else {
                throw trouble("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not begin with /")
            }
            return "http://169.254.170.2\(path)"
        }
        guard let text = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] else {
            throw CredentialTrouble(
                .absent, source: Self.source, detail: "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI are not set"
            )
        }
        guard let url = try? URLReference(text), url.scheme == "https" || url.scheme == "http" else {
            throw trouble("AWS_CONTAINER_CREDENTIALS_FULL_URI is no http or https URL")
        }
        guard url.scheme == "https" || Self.mayGoWithoutTLS(url.host) else {
            throw trouble(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI must use https, or name this machine, 169.254.170.2, "
                    + "169.254.170.23 or [fd00:ec2::23]")
        }
        return text
    }

    private static func mayGoWithoutTLS(_ host: String) -> Bool {
        if ["localhost", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"].contains(host) { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    private func authorization() throws -> String? {
        var token = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
        if let path = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] {
            guard let bytes = try environment.readFile(path) else {
                throw trouble("the file of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE is missing: \(path)")
            }
            token = String(decoding: bytes, as: UTF8.self)
        }
        guard let token else { return nil }
        guard token.utf8.allSatisfy({ $0 >= 32 && $0 != 127 }) else {
            throw trouble("the authorization token has a line break or another control character")
        }
        return token
    }

    private func trouble(_ detail: String) -> CredentialTrouble {
        CredentialTrouble(.unusable, source: Self.source, detail: detail)
    }
}
