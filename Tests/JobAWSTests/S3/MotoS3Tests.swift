import FoundationEssentials
import JobAWS
import JobCore
import JobTesting
import JobTransport
import Testing

extension MotoTests {
    @Suite struct MotoS3Tests {
        /// Calls `body` with an empty bucket, a transport and a folder that is removed afterwards.
        static func run(_ body: (S3Client, CurlTransport, String) async throws -> Void) async throws {
            let folder = FileManager.default.temporaryDirectory.path + "/jobkit-s3-\(JobID())"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try await MotoServer.run { server, transport in
                let bucket = try S3Client(server.client(transport), bucket: "job-checkpoints")
                try await bucket.createForTests()
                try await body(bucket, transport, folder)
            }
        }

        @Test func storesAndGivesBack() async throws {
            try await Self.run { bucket, _, _ in
                #expect(try await bucket.get("a") == nil)
                #expect(try await bucket.head("a") == nil)
                let etag = try await bucket.put(Array("one".utf8), key: "a", contentType: "text/plain")
                #expect(try await bucket.get("a") == Array("one".utf8))
                let head = try #require(try await bucket.head("a"))
                #expect(head.size == 3)
                #expect(head.etag == etag)
                #expect(head.modifiedAt != nil)
                let taken = await #expect(throws: AWSError.self) {
                    try await bucket.put(Array("two".utf8), key: "a", if: .ifAbsent)
                }
                #expect(taken?.category == .conflict)
                try await bucket.put(Array("two".utf8), key: "a", if: .ifMatches(etag))
                try await bucket.put([], key: "empty")
                #expect(try await bucket.get("empty") == [])
                try await bucket.delete("a")
                try await bucket.delete("a")
                let odd = "a b/ü+%41*~'()&?#.txt"
                try await bucket.put([7], key: odd)
                #expect(try await bucket.get(odd) == [7])
                #expect(try await bucket.list(prefix: "a b/ü+%").map(\.key) == [odd])
                try await bucket.delete(odd)
                #expect(try await bucket.list().map(\.key) == ["empty"])
            }
        }

        @Test func listsMoreThanOnePage() async throws {
            try await Self.run { bucket, _, _ in
                try await withThrowingTaskGroup { group in
                    for index in 0..<1_030 { group.addTask { try await bucket.put([1], key: "p/\(10_000 + index)") } }
                    try await group.waitForAll()
                }
                #expect(try await bucket.list(prefix: "p/").count == 1_030)
                #expect(try await bucket.list(prefix: "p/", limit: 5).map(\.key).last == "p/10004")
            }
        }

        @Test func filesGoUpInPartsAndComeBack() async throws {
            try await Self.run { bucket, _, folder in
                var random = SeededRandom(seed: 7)
                let bytes = (0..<(11 << 20)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
                try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/up"))
                try await bucket.upload("big", from: "\(folder)/up", partSize: 5 << 20)
                let head = try #require(try await bucket.head("big"))
                #expect(head.size == Int64(bytes.count))
                #expect(head.etag.hasSuffix("-3\""), "\(head.etag) is not that of three parts")
                #expect(try await bucket.download("big", to: "\(folder)/down"))
                #expect(try Array(Data(contentsOf: URL(fileURLWithPath: "\(folder)/down"))) == bytes)
                #expect(try await !bucket.download("nothing", to: "\(folder)/none"))
                #expect(!FileManager.default.fileExists(atPath: "\(folder)/none"))
                await #expect(throws: S3FileTrouble.self) { try await bucket.download("big", to: "\(folder)/down") }
                await #expect(throws: S3FileTrouble.self) { try await bucket.upload("x", from: "\(folder)/missing") }
            }
        }

        @Test func strangersCanUseASignedURL() async throws {
            try await Self.run { bucket, transport, _ in
                let put = try await bucket.presigned(.put, key: "shared/ä b", lifetime: .seconds(60))
                let stored = try await transport.send(HTTPRequest(method: .put, url: put, body: .text("given")))
                #expect(stored.status == 200)
                let get = try await bucket.presigned(.get, key: "shared/ä b", lifetime: .seconds(60))
                let got = try await transport.send(HTTPRequest(url: get))
                #expect(try await got.body.collect(upTo: 100) == Array("given".utf8))
            }
        }
    }
}
