import JobCore
import JobTesting
import Testing

@Suite struct DurationTextTests {
    @Test(arguments: [
        ("90s", 90_000_000), ("10m", 600_000_000), ("1h30m", 5_400_000_000), ("2d", 172_800_000_000),
        ("250ms", 250_000), ("3us", 3), ("1.5h", 5_400_000_000), ("0.5s", 500_000), ("1d2h3m4s5ms6us", 93_784_005_006),
        ("0s", 0), ("0", 0), ("42", 42_000_000), ("1.25", 1_250_000), ("0.0000014s", 1),
        ("100000d", 8_640_000_000_000_000),
    ])
    func `a duration is read as people write it`(_ text: String, _ microseconds: Int64) {
        #expect(Duration(jobText: text) == .microseconds(microseconds))
    }

    @Test(arguments: [
        "", " ", "s", "-5s", "-5", "+5", "5 s", "5s ", " 5s", "5S", "5x", "5sec", "m5", "5s10m", "5m5m", "1h90", "1e3",
        "1e3s",
        ".", "..5s", "1.2.3s", "inf", "nan", "0x10", "1_000s", "9999999999999999d", "106751992d", "106751991d24h", "٣s",
        String(repeating: "1", count: 65),
    ])
    func `anything else is no duration`(_ text: String) {
        #expect(Duration(jobText: text) == nil)
    }

    @Test(
        arguments: [
            (0, "0s"), (1, "1us"), (1_000, "1ms"), (1_500_001, "1s500ms1us"), (90_000_000, "1m30s"),
            (5_400_000_000, "1h30m"), (86_400_000_000, "1d"), (-5, "0s"),
        ] as [(Int64, String)])
    func `a duration is written in its shortest exact form`(_ microseconds: Int64, _ text: String) {
        #expect(Duration.microseconds(microseconds).jobText == text)
    }

    @Test func `every written duration is read back as itself`() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<2_000 {
            let duration = Duration.microseconds(Int64.random(in: 0..<Int64.max, using: &random))
            #expect(Duration(jobText: duration.jobText) == duration)
        }
    }

    @Test func `only numbers of seconds that make sense are durations`() {
        #expect(Duration(validSeconds: 1.5) == .milliseconds(1_500))
        #expect(Duration(validSeconds: -0.0) == .zero)
        for seconds in [-1, .nan, .infinity, -.infinity, 1e13] as [Double] {
            #expect(Duration(validSeconds: seconds) == nil)
        }
    }

    @Test func `whole microseconds round towards zero and saturate`() {
        #expect(Duration.nanoseconds(1_999).wholeMicroseconds == 1)
        #expect(Duration.nanoseconds(-1_999).wholeMicroseconds == -1)
        #expect(Duration.seconds(Int64.max).wholeMicroseconds == .max)
        #expect(Duration.seconds(Int64.min).wholeMicroseconds == .min)
        #expect(Duration.milliseconds(2_500).inSeconds == 2.5)
    }
}
