internal import JobCore
internal import JobTransport

/// What a metadata service knows, and how it answers: a value.
struct MetadataState: Sendable {
    struct Interruption: Hashable, Sendable {
        let action: String
        let at: Timestamp
    }

    struct Credentials: Hashable, Sendable {
        let accessKeyID: String
        let expiresAt: Timestamp
        let code: String
    }

    var identity: FakeIMDS.Identity
    var interruption: Interruption?
    var rebalancedAt: Timestamp?
    var maintenance: [FakeIMDS.Maintenance] = []
    var lifecycleState: String?
    var credentials: Credentials?
    /// Items that are something else than they would be, or are not there.
    var overrides: [String: String?] = [:]
    var isEnabled = true
    /// Whether there is still a machine.
    var isAlive = true
    var faults: [(fault: FakeIMDS.Fault, seen: Int)] = []
    var tokens: [String: Timestamp] = [:]
    var random: SeededRandom
    var requests: [FakeIMDS.Request] = []

    init(identity: FakeIMDS.Identity, seed: UInt64) {
        self.identity = identity
        random = SeededRandom(seed: seed)
    }

    /// Answers a request, and remembers it.
    mutating func answer(_ request: ServedRequest, at now: Timestamp) -> ServedAnswer {
        let answer = isAlive ? fault(for: request.path) ?? respond(to: request, at: now) : .refused
        var status: Int?
        if case .reply(let code, _, _) = answer { status = code }
        requests.append(.init(method: request.method.rawValue, path: request.path, at: now, status: status))
        return answer
    }

    private mutating func fault(for path: String) -> ServedAnswer? {
        var answer: ServedAnswer?
        for index in faults.indices where path.contains(faults[index].fault.part ?? path) {
            faults[index].seen += 1
            guard answer == nil, faults[index].fault.calls.contains(faults[index].seen) else { continue }
            answer =
                switch faults[index].fault.effect {
                case .status(let status): Self.page(status)
                case .text(let text): .text(200, text)
                case .refused: .refused
                case .closed: .closed
                case .silent: .silent
                }
        }
        return answer
    }

    private mutating func respond(to request: ServedRequest, at now: Timestamp) -> ServedAnswer {
        guard isEnabled else { return Self.page(403) }
        // The whole path, or its tail behind the version.
        let parts = request.path.split(separator: "/").map(String.init)
        if request.method == .put { return token(request, path: parts, at: now) }
        guard request.method == .get || request.method == .head else { return Self.page(405) }
        if let token = request.headers["X-aws-ec2-metadata-token"] {
            guard let expiry = tokens[token], now < expiry else { return Self.page(401) }
        } else if identity.requiresTokens {
            return Self.page(401)
        }
        guard let version = parts.first else { return .text(200, "latest") }
        guard version == "latest" || version.first?.isNumber == true else { return Self.page(404) }
        return item(parts.dropFirst().joined(separator: "/"), at: now)
    }

    private mutating func token(_ request: ServedRequest, path: [String], at now: Timestamp) -> ServedAnswer {
        // Only below `latest`; and what has come through a proxy gets none.
        guard path == ["latest", "api", "token"], !request.headers.contains("X-Forwarded-For") else {
            return Self.page(403)
        }
        guard let text = request.headers["X-aws-ec2-metadata-token-ttl-seconds"], let seconds = Int64(text),
            (1...21_600).contains(seconds)
        else { return Self.page(400) }
        // The answer with the token does not travel further; the caller hears nothing.
        guard request.hops < identity.hopLimit else { return .silent }
        let bytes = (0..<32).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let token = Base64.encode(bytes)
        tokens[token] = now + .seconds(seconds)
        return .reply(
            status: 200,
            headers: ["Content-Type": "text/plain", "X-Aws-Ec2-Metadata-Token-Ttl-Seconds": text],
            body: Array(token.utf8))
    }

    private func item(_ path: String, at now: Timestamp) -> ServedAnswer {
        var items = items(at: now)
        for (path, text) in overrides { items[path] = text }
        if path == "user-data" {
            guard let bytes = identity.userData else { return Self.page(404) }
            return .reply(status: 200, headers: ["Content-Type": "application/octet-stream"], body: bytes)
        }
        if let text = items[path] {
            return .text(200, text, type: path == "meta-data/spot/instance-action" ? "application/json" : "text/plain")
        }
        // A folder lists what is in it, folders with a slash.
        let prefix = path.isEmpty ? "" : path + "/"
        let below = Set(
            items.keys.filter { $0.hasPrefix(prefix) }.map { key in
                let rest = key.dropFirst(prefix.count)
                let name = rest.prefix { $0 != "/" }
                return name.count == rest.count ? String(name) : name + "/"
            })
        guard !below.isEmpty else { return Self.page(404) }
        return .text(200, below.sorted().joined(separator: "\n"))
    }

    static func page(_ status: Int) -> ServedAnswer {
        let names = [
            400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
            503: "Service Unavailable",
        ]
        let title = "\(status) - \(names[status] ?? "Error")"
        return .text(
            status,
            #"<?xml version="1.0" encoding="iso-8859-1"?>"# + "\n"
                + "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>\(title)</title></head>"
                + "<body><h1>\(title)</h1></body></html>\n", type: "text/html")
    }
}
