import JobCore
import JobTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct MemoryServiceTests {
    @Test func `artifacts are bounded in size, number and all together`() async throws {
        let limits = ArtifactLimits(size: ByteCount(10), count: 3, total: ByteCount(25))
        let queue = MemoryQueue(options: .init(artifactLimits: limits))
        try await expectBounds(queue, limits)
    }

    @Test func `a position that is older than what is kept is a gap`() async throws {
        let queue = MemoryQueue()
        let first = try await queue.enqueue(JobSpec(name: "first"))
        for _ in 0..<102 {
            _ = try await queue.enqueue((0..<1_000).map { _ in NewJob(JobSpec(name: "more")) })
        }
        let page = try await queue.changes(after: 0, limit: 10)
        #expect(page.isGap && page.changes.count == 10 && page.changes[0].position > 1_000)
        #expect(!page.changes.contains { $0.job == first.id })
        #expect(try await queue.changes(after: page.next, limit: 10).isGap == false)
    }
}

/// That a store keeps its limits, which must be 10 bytes each, 3 artifacts and 25 bytes together.
func expectBounds(_ queue: some ArtifactStore, _ limits: ArtifactLimits) async throws {
    let id = try await queue.enqueue(JobSpec(name: "job")).id
    func put(_ name: String, _ count: Int) async throws {
        try await queue.putArtifact(NewArtifact(job: id, name: name, bytes: [UInt8](repeating: 1, count: count)))
    }
    await #expect(throws: ArtifactRefused.tooLarge(limit: limits.size)) { try await put("a", 11) }
    try await put("a", 10)
    try await put("b", 10)
    await #expect(throws: ArtifactRefused.jobFull(limit: limits.total)) { try await put("c", 6) }
    try await put("b", 9)
    try await put("c", 6)
    await #expect(throws: ArtifactRefused.tooMany(limit: limits.count)) { try await put("d", 0) }
    #expect(try await queue.artifacts(of: id)?.map(\.size) == [10, 9, 6])
}
