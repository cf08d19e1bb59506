internal import JobCore
internal import JobTransport

extension S3Client {
    /// The smallest part of a multipart upload but the last.
    ///
    /// Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
    public static let smallestPart = 5 << 20
    private static let mostParts = 10_000

    /// Stores a file, in several calls when it has more than one part; a failed upload leaves nothing behind.
    ///
    /// One part at a time is in memory. The file must not change meanwhile.
    ///
    /// - Parameters:
    ///   - key: 1 to 1,024 bytes.
    ///   - path: the file.
    ///   - contentType: what the bytes are.
    ///   - partSize: the bytes of a part, at least 5 MiB; grows for files of more than 10,000 parts.
    /// - Throws: `S3FileTrouble` beside the usual.
    public func upload(
        _ key: String, from path: String, contentType: String = "application/octet-stream", partSize: Int = 8 << 20
    ) async throws {
        let file = try PartFile(reading: path)
        let size = file.size
        let part = max(Self.smallestPart, partSize, (size + Self.mostParts - 1) / Self.mostParts)
        guard size > part else {
            try await put(try await file.read(at: 0, count: size), key: key, contentType: contentType)
            return
        }
        let upload = try await beginUpload(key, contentType: contentType)
        do {
            var etags: [String] = []
            while etags.count * part < size {
                let start = etags.count * part
                let bytes = try await file.read(at: start, count: min(part, size - start))
                etags.append(try await uploadPart(bytes, number: etags.count + 1, of: upload, key: key))
            }
            try await completeUpload(upload, key: key, etags: etags)
        } catch {
            // Parts that were stored would be paid for ever. That this fails too is told by the bucket's own rules.
            _ = try? await uncancelled { try await abortUpload(upload, key: key) }
            throw error
        }
    }

    /// Writes an object to a file that does not exist yet.
    ///
    /// - Returns: whether there is such an object.
    /// - Throws: `S3FileTrouble` beside the usual; the file is removed then.
    public func download(_ key: String, to path: String, upTo limit: Int64 = .max) async throws -> Bool {
        let file = try PartFile(creating: path)
        do {
            try await client.send(call("GetObject", .get, key: key)) { response in
                try file.truncate()
                var count: Int64 = 0
                for try await chunk in response.body {
                    count += Int64(chunk.count)
                    guard count <= limit else { throw S3FileTrouble("the object \(key) has more than \(limit) bytes") }
                    try await file.append(chunk)
                }
            }
            try await file.close()
            return true
        } catch let error as AWSError where error.code == "NoSuchKey" {
            file.remove()
            return false
        } catch {
            file.remove()
            throw error
        }
    }

    private func beginUpload(_ key: String, contentType: String) async throws -> String {
        var call = call("CreateMultipartUpload", .post, key: key, query: [("uploads", nil)])
        call.headers = ["Content-Type": contentType]
        let answer = try Self.xml(try await client.send(call), "CreateMultipartUpload")
        guard let id = answer.text("UploadId") else {
            throw Self.badAnswer("CreateMultipartUpload", "it names no upload")
        }
        return id
    }

    private func uploadPart(_ bytes: [UInt8], number: Int, of upload: String, key: String) async throws -> String {
        var call = call("UploadPart", .put, key: key, query: [("partNumber", "\(number)"), ("uploadId", upload)])
        call.body = bytes
        guard let etag = try await client.send(call).headers["ETag"] else {
            throw Self.badAnswer("UploadPart", "it names no ETag")
        }
        return etag
    }

    private func completeUpload(_ upload: String, key: String, etags: [String]) async throws {
        var call = call("CompleteMultipartUpload", .post, key: key, query: [("uploadId", upload)])
        let parts = etags.enumerated().map { number, etag in
            let text = etag.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            return "<Part><PartNumber>\(number + 1)</PartNumber><ETag>\(text)</ETag></Part>"
        }
        call.headers = ["Content-Type": "application/xml"]
        call.body = Array(
            ("<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" + parts.joined()
                + "</CompleteMultipartUpload>").utf8)
        let answer = try await client.send(call)
        // S3 answers 200 before it is done, and may tell of an error afterwards.
        let told = ErrorBody(headers: answer.headers, body: answer.body)
        if let code = told.code {
            throw AWSError(
                service: "s3", operation: "CompleteMultipartUpload", code: code, message: told.message,
                httpStatus: answer.status, requestID: told.requestID)
        }
    }

    private func abortUpload(_ upload: String, key: String) async throws {
        _ = try await client.send(call("AbortMultipartUpload", .delete, key: key, query: [("uploadId", upload)]))
    }
}
