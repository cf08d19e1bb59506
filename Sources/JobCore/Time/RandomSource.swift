/// Where JobKit takes randomness from (ids, jitter), so that a test can fix it.
public struct RandomSource: RandomNumberGenerator, Sendable {
    private let draw: @Sendable () -> UInt64

    /// Makes a source from a function that returns uniformly distributed bits; called from any thread.
    public init(_ next: @escaping @Sendable () -> UInt64) {
        self.draw = next
    }

    /// Returns 64 uniformly distributed bits.
    public func next() -> UInt64 { draw() }

    /// A uniformly distributed number in `0 ..< 1`.
    public func unit() -> Double { Double(draw() >> 11) * 0x1p-53 }

    /// The operating system's generator.
    public static let system = RandomSource {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
