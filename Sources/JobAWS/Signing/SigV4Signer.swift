public import JobCore
public import JobTransport

/// Signs requests to AWS with Signature Version 4, in headers or in the URL.
///
/// A value without state: the time is given with each call, so signatures can be reproduced. The service `s3` is
/// signed by its own rules (paths as written, the body's hash in a header).
///
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
public struct SigV4Signer: Sendable {
    /// Whose signature it is.
    public var credentials: AWSCredentials
    /// The region in the signature's scope, such as `eu-central-1`.
    public var region: String
    /// The service's name in the scope, such as `ec2`.
    public var service: String

    /// Makes a signer.
    public init(credentials: AWSCredentials, region: String, service: String) {
        self.credentials = credentials
        self.region = region
        self.service = service
    }

    /// What of the body is signed.
    public enum Payload: Hashable, Sendable {
        /// The hash of these bytes.
        case bytes([UInt8])
        /// A hash that is known: 64 lower-case hexadecimal digits.
        case sha256(String)
        /// Nothing; for S3 over TLS only.
        case unsigned
    }

    /// Signs a request in its headers; an earlier signature of it is replaced.
    ///
    /// - Parameters:
    ///   - request: what will be sent, with all its headers but `Host`.
    ///   - payload: its body.
    ///   - time: the time of the signature; AWS accepts 5 minutes of difference.
    /// - Returns: the request with `Host`, `X-Amz-Date`, `Authorization`, and where they apply `X-Amz-Security-Token`
    ///   and `X-Amz-Content-Sha256`.
    /// - Throws: `TransportError` when the URL is not usable.
    public func signing(
        _ request: HTTPRequest, payload: Payload, at time: Timestamp
    ) throws(TransportError) -> HTTPRequest {
        let url = try URLReference(request.url)
        let moment = SigningTime(time)
        var signed = request
        for name in ["Authorization", "X-Amz-Date", "X-Amz-Security-Token", "Date"] { signed.headers[name] = nil }
        signed.headers["Host"] = Self.host(of: url)
        signed.headers["X-Amz-Date"] = moment.text
        if let token = credentials.sessionToken { signed.headers["X-Amz-Security-Token"] = token }
        let hash = payload.hash
        if isS3 { signed.headers["X-Amz-Content-Sha256"] = hash }
        let canonical = CanonicalRequest(
            method: request.method.rawValue, path: url.path, query: url.query, headers: signed.headers,
            payloadHash: hash, style: isS3 ? .verbatim : .normalized)
        signed.headers["Authorization"] = authorization(of: canonical, at: moment)
        return signed
    }

    /// A URL that carries its signature, for somebody without credentials.
    ///
    /// - Parameters:
    ///   - method: the only method that the URL is good for.
    ///   - url: without a signature; its query is kept.
    ///   - headers: headers that the caller will have to send, such as `Content-Type`.
    ///   - lifetime: how long it is good, 1 second to 7 days; others are brought into that range.
    ///   - time: from when on.
    /// - Throws: `TransportError` when the URL is not usable.
    public func presigned(
        _ method: HTTPMethod, url: String, headers: HTTPHeaders = [:], lifetime: Duration, at time: Timestamp
    ) throws(TransportError) -> String {
        let target = try URLReference(url)
        let moment = SigningTime(time)
        var signed = headers
        signed["Host"] = Self.host(of: target)
        let names = CanonicalRequest.signed(signed).map(\.name).joined(separator: ";")
        let seconds = min(max(lifetime.wholeMicroseconds / 1_000_000, 1), 604_800)
        var query = target.query.map { [$0] } ?? []
        query += [
            ("X-Amz-Algorithm", Self.algorithm), ("X-Amz-Credential", "\(credentials.accessKeyID)/\(scope(moment))"),
            ("X-Amz-Date", moment.text), ("X-Amz-Expires", "\(seconds)"), ("X-Amz-SignedHeaders", names),
        ].map { "\($0.0)=\(PercentEncoding.encode($0.1))" }
        if let token = credentials.sessionToken {
            query.append("X-Amz-Security-Token=\(PercentEncoding.encode(token))")
        }
        let text = query.joined(separator: "&")
        let canonical = CanonicalRequest(
            method: method.rawValue, path: target.path, query: text, headers: signed,
            payloadHash: isS3 ? Payload.unsigned.hash : Payload.bytes([]).hash,
            style: isS3 ? .verbatim : .normalized)
        let signature = signature(of: stringToSign(canonical, at: moment), at: moment)
        return "\(target.origin)\(target.path)?\(text)&X-Amz-Signature=\(signature)"
    }
}

extension SigV4Signer {
    static let algorithm = "AWS4-HMAC-SHA256"

    private var isS3: Bool { service == "s3" }

    /// The host as transports write it: with a port that is not the scheme's own.
    private static func host(of url: URLReference) -> String {
        String(url.origin.drop { $0 != "/" }.dropFirst(2))
    }

    private func scope(_ moment: SigningTime) -> String { "\(moment.date)/\(region)/\(service)/aws4_request" }

    /// The text whose signature is sent.
    package func stringToSign(_ canonical: CanonicalRequest, at time: Timestamp) -> String {
        stringToSign(canonical, at: SigningTime(time))
    }

    private func stringToSign(_ canonical: CanonicalRequest, at moment: SigningTime) -> String {
        [Self.algorithm, moment.text, scope(moment), Hashing.sha256(canonical.text.utf8)].joined(separator: "\n")
    }

    /// The value of the `Authorization` header.
    package func authorization(of canonical: CanonicalRequest, at time: Timestamp) -> String {
        authorization(of: canonical, at: SigningTime(time))
    }

    private func authorization(of canonical: CanonicalRequest, at moment: SigningTime) -> String {
        let signature = signature(of: stringToSign(canonical, at: moment), at: moment)
        return "\(Self.algorithm) Credential=\(credentials.accessKeyID)/\(scope(moment)), "
            + "SignedHeaders=\(canonical.signedHeaders), Signature=\(signature)"
    }

    private func signature(of text: String, at moment: SigningTime) -> String {
        var key = Array("AWS4\(credentials.secretAccessKey)".utf8)
        for part in [moment.date, region, service, "aws4_request"] { key = Hashing.hmac(part, key: key) }
        return Hexadecimal.encode(Hashing.hmac(text, key: key))
    }
}

extension SigV4Signer.Payload {
    /// What stands for the body in the signed text.
    var hash: String {
        switch self {
        case .bytes(let bytes): Hashing.sha256(bytes)
        case .sha256(let hash): hash
        case .unsigned: "UNSIGNED-PAYLOAD"
        }
    }
}
