import JobCore
import Testing

@Suite struct ByteCountTests {
    @Test(arguments: [
        ("512", 512), ("0", 0), ("1B", 1), ("64KiB", 65_536), ("256MiB", 268_435_456), ("1.5GiB", 1_610_612_736),
        ("2TiB", 2_199_023_255_552), ("1KB", 1_000), ("1.5MB", 1_500_000), ("2GB", 2_000_000_000),
        ("1TB", 1_000_000_000_000), ("0.5KiB", 512),
    ])
    func `a size is read as people write it`(_ text: String, _ bytes: Int64) {
        #expect(ByteCount(jobText: text)?.bytes == bytes)
    }

    @Test(arguments: [
        "", "MiB", "-1", "-1MiB", "1 MiB", "1mib", "1M", "1e3", "1.2.3", "lots", "9999999999TiB", "1PiB", "nan", "inf",
        "0x1",
    ])
    func `anything else is no size`(_ text: String) {
        #expect(ByteCount(jobText: text) == nil)
    }

    @Test(
        arguments: [
            (0, "0"), (1, "1"), (1_024, "1KiB"), (1_025, "1025"), (268_435_456, "256MiB"), (3 << 40, "3TiB"),
        ] as [(Int64, String)])
    func `a size is written exactly, and read back as itself`(_ bytes: Int64, _ text: String) {
        #expect(ByteCount(bytes).jobText == text)
        #expect(ByteCount(jobText: text) == ByteCount(bytes))
    }

    @Test func `a size is never negative`() {
        #expect(ByteCount(-5) == ByteCount(0))
        #expect(ByteCount(.max).jobText == "\(Int64.max)")
    }

    @Test func `odd sizes survive the way through text`() {
        for bytes in [(1 << 53) + 1, (1 << 55) - 1, 123_456_789_012_345_679] as [Int64] {
            #expect(ByteCount(jobText: ByteCount(bytes).jobText)?.bytes == bytes)
        }
    }
}
