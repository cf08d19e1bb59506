import JobCore
import JobTesting
import Testing

@Suite struct JobIDTests {
    @Test func `a new id is a UUID of version 7 with the milliseconds in front`() {
        var random = SeededRandom(seed: 1)
        for step in 0..<1_000 {
            let id = JobID(at: Timestamp(microseconds: 1_796_090_400_000_000 + Int64(step) * 7_919), using: &random)
            #expect(id.high >> 12 & 0xF == 7)
            #expect(id.low >> 62 == 0b10)
            #expect(Int64(id.high >> 16) == (1_796_090_400_000_000 + Int64(step) * 7_919) / 1_000)
        }
    }

    @Test func `ids sort by the time of their making, and so do their texts and bytes`() {
        var random = SeededRandom(seed: 2)
        let ids = (0..<2_000).map { JobID(at: Timestamp(microseconds: 1_796_090_400_000_000 + $0), using: &random) }
        #expect(ids == ids.sorted())
        #expect(ids.map(\.description) == ids.map(\.description).sorted())
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0.bytes.lexicographicallyPrecedes($1.bytes) })
        #expect(Set(ids).count == ids.count)
    }

    @Test func `an id survives the way through text and bytes`() {
        var random = SeededRandom(seed: 3)
        for _ in 0..<500 {
            let id = JobID(high: random.next(), low: random.next())
            #expect(JobID(id.description) == id)
            #expect(JobID(id.description.uppercased()) == id)
            #expect(JobID(bytes: id.bytes) == id)
            #expect(id.description.utf8.count == 36)
        }
    }

    @Test func `the text has the canonical form`() {
        let id = JobID(high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210)
        #expect(id.description == "01234567-89ab-cdef-fedc-ba9876543210")
    }

    @Test(arguments: [
        "", "0123456789abcdeffedcba9876543210", "01234567-89ab-cdef-fedc-ba987654321",
        "01234567-89ab-cdef-fedc-ba98765432100", "01234567-89ab-cdef-fedc-ba987654321g",
        "{01234567-89ab-cdef-fedc-ba9876543210}", "01234567-89ab-cdef-fedc-ba9876543210 ",
        "01234567_89ab_cdef_fedc_ba9876543210", "0123456-789ab-cdef-fedc-ba9876543210",
        "０1234567-89ab-cdef-fedc-ba987654321", "01234567-89ab-cdef-fedc-ba9876543210-",
    ])
    func `anything else is no id`(_ text: String) {
        #expect(JobID(text) == nil)
    }

    @Test func `only sixteen bytes are an id`() {
        #expect(JobID(bytes: [UInt8](repeating: 1, count: 15)) == nil)
        #expect(JobID(bytes: [UInt8](repeating: 1, count: 17)) == nil)
        #expect(JobID(bytes: [UInt8]()) == nil)
    }

    @Test func `times before 1970 make ids all the same`() {
        var random = SeededRandom(seed: 4)
        #expect(JobID(at: Timestamp(microseconds: -5), using: &random).high >> 16 == 0)
        #expect(JobID() != JobID())
    }
}
