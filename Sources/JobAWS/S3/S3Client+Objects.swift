internal import JobCore
public import JobTransport

extension S3Client {
    /// Stores an object in one call.
    ///
    /// - Parameters:
    ///   - bytes: at most 5 GiB; ``upload(_:from:contentType:partSize:)`` takes more, and files.
    ///   - key: 1 to 1,024 bytes.
    ///   - contentType: what the bytes are.
    ///   - condition: when it is written; otherwise it throws ``AWSError`` of category `conflict`.
    /// - Returns: the etag.
    @discardableResult
    public func put(
        _ bytes: [UInt8], key: String, contentType: String = "application/octet-stream",
        if condition: S3Condition = .always
    ) async throws -> String {
        var call = call("PutObject", .put, key: key)
        call.body = bytes
        call.headers = ["Content-Type": contentType]
        switch condition {
        case .always: break
        case .ifAbsent: call.headers["If-None-Match"] = "*"
        case .ifMatches(let etag): call.headers["If-Match"] = etag
        }
        return try await client.send(call).headers["ETag"] ?? ""
    }

    /// The bytes of an object.
    ///
    /// - Parameters:
    ///   - key: the key.
    ///   - limit: the most bytes that are read.
    /// - Returns: the bytes; nil when there is no such object.
    public func get(_ key: String, upTo limit: Int = 64 << 20) async throws -> [UInt8]? {
        var call = call("GetObject", .get, key: key)
        call.maximumAnswer = limit
        do {
            return try await client.send(call).body
        } catch let error as AWSError where error.code == "NoSuchKey" {
            return nil
        }
    }

    /// What S3 tells of an object; nil when there is none.
    public func head(_ key: String) async throws -> S3Object? {
        do {
            let answer = try await client.send(call("HeadObject", .head, key: key))
            return S3Object(
                key: key, size: answer.headers["Content-Length"].flatMap { Int64($0) } ?? 0,
                etag: answer.headers["ETag"] ?? "",
                modifiedAt: answer.headers["Last-Modified"].flatMap(HTTPDate.parse))
        } catch let error as AWSError where error.httpStatus == 404 {
            return nil
        }
    }

    /// Removes an object; one that is not there does no harm.
    public func delete(_ key: String) async throws {
        _ = try await client.send(call("DeleteObject", .delete, key: key))
    }

    /// The objects whose keys begin with a prefix, in the order of their keys.
    ///
    /// - Parameters:
    ///   - prefix: the prefix; empty for all.
    ///   - limit: the most objects that are listed.
    public func list(prefix: String = "", limit: Int = 100_000) async throws -> [S3Object] {
        var found: [S3Object] = []
        var token: String?
        var seen: Set<String> = []
        repeat {
            var query: [(String, String?)] = [("list-type", "2"), ("prefix", prefix)]
            if let token { query.append(("continuation-token", token)) }
            let answer = try await client.send(call("ListObjectsV2", .get, query: query))
            let page = try Self.xml(answer, "ListObjectsV2")
            for item in page.all("Contents") {
                guard let key = item.text("Key") else { continue }
                found.append(
                    S3Object(
                        key: key, size: item.text("Size").flatMap { Int64($0) } ?? 0, etag: item.text("ETag") ?? "",
                        modifiedAt: item.text("LastModified").flatMap { Timestamp($0) }))
            }
            token = page.text("IsTruncated") == "true" ? page.text("NextContinuationToken") : nil
            if let token, !seen.insert(token).inserted { throw Self.badAnswer("ListObjectsV2", "its pages do not end") }
        } while token != nil && found.count < limit
        return Array(found.prefix(limit))
    }

    /// A URL with which anybody can do one thing with one object for a while.
    ///
    /// - Parameters:
    ///   - method: GET, HEAD, PUT or DELETE.
    ///   - key: the key.
    ///   - lifetime: at most 7 days; the URL ends earlier with the credentials that sign it.
    public func presigned(_ method: HTTPMethod, key: String, lifetime: Duration) async throws -> String {
        let call = call("Presign", method, key: key)
        let base = try client.endpoints.url(of: .s3, in: client.region, hostPrefix: call.hostPrefix)
        let signer = SigV4Signer(
            credentials: try await client.credentials.credentials(), region: client.region.name, service: "s3")
        return try signer.presigned(
            method, url: base + call.path, lifetime: lifetime, at: client.time.now + client.clockOffset)
    }
}
