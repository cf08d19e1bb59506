import JobCore
import JobTesting
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:00.000001Z", 1), ("1969-12-31T23:59:59.999999Z", -1),
        ("2026-12-01T02:00:00Z", 1_796_090_400_000_000), ("2026-12-01T03:00:00+01:00", 1_796_090_400_000_000),
        ("2026-11-30T20:30:00-05:30", 1_796_090_400_000_000), ("2026-12-01t02:00:00z", 1_796_090_400_000_000),
        ("2026-12-01 02:00:00Z", 1_796_090_400_000_000), ("2026-12-01T02:00:00-00:00", 1_796_090_400_000_000),
        ("2026-12-01T02:00:00.25Z", 1_796_090_400_250_000), ("2026-12-01T02:00:00.1234567Z", 1_796_090_400_123_456),
        ("2024-02-29T00:00:00Z", 1_709_164_800_000_000), ("2000-02-29T00:00:00Z", 951_782_400_000_000),
        ("1900-02-28T00:00:00Z", -2_203_977_600_000_000), ("2016-12-31T23:59:60Z", 1_483_228_800_000_000),
        ("0001-01-01T00:00:00Z", -62_135_596_800_000_000), ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
        ("2026-01-01T00:00:00+23:59", 1_767_139_260_000_000),
    ])
    func `an RFC 3339 time with a zone is read`(_ text: String, _ microseconds: Int64) {
        #expect(Timestamp(text)?.microseconds == microseconds)
    }

    @Test(arguments: [
        "", "2026", "2026-12-01", "2026-12-01T02:00:00", "2026-12-01T02:00Z", "2026-12-01T02:00:00.Z",
        "2026-12-01T24:00:00Z", "2026-12-01T02:60:00Z", "2026-12-01T02:00:61Z", "2026-00-01T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-12-00T00:00:00Z", "2026-04-31T00:00:00Z", "2026-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z",
        "2026-12-01T02:00:00+24:00", "2026-12-01T02:00:00+01:60", "2026-12-01T02:00:00+0100", "2026-12-01T02:00:00+01",
        "2026-12-01T02:00:00Z ", " 2026-12-01T02:00:00Z", "2026-12-01T02:00:00ZZ", "2026-12-01X02:00:00Z",
        "2026-1-01T00:00:00Z", "-2026-12-01T02:00:00Z", "2026-12-01T02:00:00,5Z", "２026-12-01T02:00:00Z",
        "2026-12-01T02:00:00 Z", "1796090400",
    ])
    func `anything else is no time`(_ text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (1, "1970-01-01T00:00:00.000001Z"), (-1, "1969-12-31T23:59:59.999999Z"),
            (1_796_090_400_250_000, "2026-12-01T02:00:00.25Z"), (951_782_400_000_000, "2000-02-29T00:00:00Z"),
            (.max, "9999-12-31T23:59:59.999999Z"), (.min, "0001-01-01T00:00:00Z"),
        ] as [(Int64, String)])
    func `a time is written in UTC with no more digits than it needs`(_ microseconds: Int64, _ text: String) {
        #expect(Timestamp(microseconds: microseconds).description == text)
    }

    @Test(arguments: UInt64(1)...10)
    func `every writable time is read back as itself`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<500 {
            let range: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999
            let time = Timestamp(microseconds: Int64.random(in: range, using: &random))
            #expect(Timestamp(time.description) == time)
        }
    }

    @Test func `each day of four centuries follows the one before`() {
        var day = Timestamp("1999-12-31T00:00:00Z") ?? .epoch
        var last = ""
        for _ in 0..<(400 * 366) where last < "2400-01-02" {
            day = day + .seconds(86_400)
            let text = String(day.description.prefix(10))
            #expect(text > last)
            #expect(Timestamp("\(text)T00:00:00Z") == day)
            last = text
        }
        #expect(last == "2400-01-02")
    }

    @Test func `arithmetic saturates at the ends`() {
        #expect(Timestamp.distantFuture + .seconds(1) == .distantFuture)
        #expect(Timestamp(microseconds: .min) - .seconds(1) == Timestamp(microseconds: .min))
        #expect(Timestamp.epoch + .seconds(Int64.max) == .distantFuture)
        #expect(Timestamp.epoch - .seconds(Int64.max) < Timestamp(seconds: -9_000_000_000_000))
        #expect(Timestamp(seconds: .max) == .distantFuture)
        #expect(Timestamp.distantFuture - Timestamp(microseconds: .min) == .microseconds(Int64.max))
        #expect(Timestamp(microseconds: .min) - Timestamp.distantFuture == .microseconds(Int64.min))
        #expect(Timestamp(seconds: 5) - Timestamp(seconds: 7) == .seconds(-2))
    }
}
