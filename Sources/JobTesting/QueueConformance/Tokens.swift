internal import JobCore
internal import Testing

extension QueueConformance {
    static let tokenKeeping: [QueueCheck<any TokenStore>] = [
        QueueCheck("a token is found by its hash, with all that was said about it") { store, time in
            var bound = AccessToken.test("bound", hash: 1, at: time.now)
            bound.scopes = [.read, .work]
            bound.queues = ["a", "b"]
            bound.expiresAt = time.now + .seconds(60)
            bound.worker = "worker"
            bound.attempt = AccessToken.Attempt(job: JobID(high: 1, low: 2), generation: 3)
            let plain = AccessToken.test("plain", hash: 2, at: time.now + .seconds(1))
            try await store.insert(bound)
            try await store.insert(plain)
            #expect(try await store.token(hash: bound.hash) == bound)
            #expect(try await store.token(hash: plain.hash) == plain)
            #expect(try await store.token(hash: [UInt8](repeating: 9, count: 32)) == nil)
            #expect(try await store.token(hash: []) == nil)
            #expect(try await store.tokens() == [bound, plain])
        },
        QueueCheck("a token is revoked once, and stays in the list") { store, time in
            let token = AccessToken.test("token", hash: 1, at: time.now)
            try await store.insert(token)
            #expect(try await store.revoke("unknown", at: time.now) == false)
            #expect(try await store.revoke("token", at: time.now + .seconds(1)))
            #expect(try await store.revoke("token", at: time.now + .seconds(2)))
            let found = try #require(try await store.token(hash: token.hash))
            #expect(found.revokedAt == time.now + .seconds(1) && !found.isValid(at: time.now))
            #expect(try await store.tokens() == [found])
        },
        QueueCheck("no two tokens have one id or one secret") { store, time in
            try await store.insert(.test("token", hash: 1, at: time.now))
            for token in [AccessToken.test("token", hash: 2, at: time.now), .test("other", hash: 1, at: time.now)] {
                let error = await #expect(throws: QueueError.self) { try await store.insert(token) }
                #expect(error?.code == .invalidRequest)
            }
            let found1 = try await store.tokens().map(\.id)
            #expect(found1 == ["token"])
        },
        QueueCheck("a token with a field out of its range is refused") { store, time in
            let good = AccessToken.test("token", hash: 1, at: time.now)
            var bad = [good, good, good, good]
            bad[0].id = "no id"
            bad[1].name = ""
            bad[2].hash = [1, 2, 3]
            bad[3].queues = ["no queue"]
            for token in bad {
                let error = await #expect(throws: QueueError.self) { try await store.insert(token) }
                #expect(error?.code == .invalidRequest)
            }
        },
        QueueCheck("a token that ended long ago is forgotten when another one is made") { store, time in
            var token = AccessToken.test("old", hash: 1, at: time.now)
            token.expiresAt = time.now + .seconds(1)
            try await store.insert(token)
            time.advance(by: AccessTokenRetention.kept)
            try await store.insert(.test("new", hash: 2, at: time.now))
            #expect(try await store.tokens().map(\.id) == ["old", "new"])
            time.advance(by: .seconds(1))
            try await store.insert(.test("newer", hash: 3, at: time.now))
            #expect(try await store.tokens().map(\.id) == ["new", "newer"])
        },
    ]
}

extension AccessToken {
    fileprivate static func test(_ id: String, hash: UInt8, at time: Timestamp) -> AccessToken {
        AccessToken(
            id: id, name: "the token \(id)", hash: [UInt8](repeating: hash, count: 32), scopes: [.submit],
            createdAt: time)
    }
}
