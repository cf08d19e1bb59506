internal import JobCore
internal import Testing

extension QueueConformance {
    static let artifactKeeping: [QueueCheck<any ArtifactStore & JobAdministration>] = [
        QueueCheck("an artifact of a running job comes back as it is, and a later one takes its place") { queue, time in
            let id = try await queue.enqueue(.test()).id
            #expect(try await queue.artifacts(of: id) == [])
            let claim = try await queue.takeOne()
            let bytes: [UInt8] = [0, 255, 10, 13, 0]
            let new = NewArtifact(job: id, name: "a.bin", contentType: "image/png", bytes: bytes, key: claim.key)
            let artifact = try await queue.putArtifact(new)
            #expect(
                artifact
                    == Artifact(
                        name: "a.bin", contentType: "image/png", size: 5, createdAt: time.now, sha256: new.sha256))
            #expect(try await queue.artifacts(of: id) == [artifact])
            #expect(try await queue.artifact(of: id, named: "a.bin")?.bytes == bytes)
            time.advance(by: .seconds(1))
            try await queue.putArtifact(NewArtifact(job: id, name: "a.bin", bytes: [], key: claim.key))
            try await queue.putArtifact(NewArtifact(job: id, name: "B", bytes: [1]))
            let list = try #require(try await queue.artifacts(of: id))
            #expect(list.map(\.name) == ["B", "a.bin"] && list.map(\.size) == [1, 0])
            #expect(list[1].createdAt == time.now && list[1].sha256 != new.sha256)
            #expect(try await queue.artifact(of: id, named: "a.bin")?.bytes == [])
            #expect(try await queue.artifact(of: id, named: "none") == nil)
        },
        QueueCheck("artifacts of an unknown job are refused and not found") { queue, _ in
            let id = JobID()
            await #expect(throws: ArtifactRefused.unknownJob) {
                try await queue.putArtifact(NewArtifact(job: id, name: "a", bytes: [1]))
            }
            let found1 = try await queue.artifacts(of: id)
            #expect(found1 == nil)
            let found2 = try await queue.artifact(of: id, named: "a")
            #expect(found2 == nil)
        },
        QueueCheck("a worker that has lost its lease stores nothing") { queue, time in
            let id = try await queue.enqueue(.test().retried(5)).id
            let late = try await queue.takeOne(as: "late")
            time.advance(by: .seconds(10))
            let claim = try await queue.takeOne(as: "new")
            let new = NewArtifact(job: id, name: "a", bytes: [1], key: late.key)
            await #expect(throws: ArtifactRefused.leaseLost) { try await queue.putArtifact(new) }
            try await queue.complete(claim)
            let after = NewArtifact(job: id, name: "a", bytes: [1], key: claim.key)
            await #expect(throws: ArtifactRefused.leaseLost) { try await queue.putArtifact(after) }
            let found1 = try await queue.artifacts(of: id)
            #expect(found1 == [])
        },
        QueueCheck("names that could do harm are refused") { queue, _ in
            let id = try await queue.enqueue(.test()).id
            let names = [
                "", ".", "..", ".hidden", "a/b", "../a", "a\\b", "a b", "a\0", "ä", String(repeating: "x", count: 201),
            ]
            for name in names {
                await #expect(throws: ArtifactRefused.invalidName) {
                    try await queue.putArtifact(NewArtifact(job: id, name: name, bytes: [1]))
                }
            }
            for type in ["", "text/plain\r\nX: y", "é"] {
                await #expect(throws: ArtifactRefused.invalidContentType) {
                    try await queue.putArtifact(NewArtifact(job: id, name: "a", contentType: type, bytes: [1]))
                }
            }
            let found1 = try await queue.artifacts(of: id)
            #expect(found1 == [])
        },
        QueueCheck("artifacts go with their job") { queue, _ in
            let new = NewJob(.test())
            _ = try await queue.enqueue([new])
            try await queue.putArtifact(NewArtifact(job: new.id, name: "a", bytes: [1]))
            try await queue.apply(.cancel(), to: new.id)
            _ = try await queue.delete([new.id])
            #expect(try await queue.artifacts(of: new.id) == nil)
            _ = try await queue.enqueue([new])
            #expect(try await queue.artifacts(of: new.id) == [])
        },
    ]
}
