import JobAWS
import JobCore
import Testing

struct InstallationTests {
    private let store = FleetStore(MemoryQueue())

    @Test("a store keeps the word that it made up, and two stores make up different ones")
    func madeUp() async throws {
        let first = try await store.installation()
        #expect(try await store.installation() == first)
        #expect(try await FleetStore(MemoryQueue()).installation() != first)
    }

    @Test("a word that somebody gave stays, for programs that give none as well")
    func given() async throws {
        #expect(try await store.installation("ours") == "ours")
        #expect(try await store.installation() == "ours")
        #expect(try await store.installation("other") == "other")
    }

    @Test("a word that is none is refused")
    func refused() async {
        await #expect(throws: InvalidFleet.self) { try await store.installation("no spaces") }
    }
}
