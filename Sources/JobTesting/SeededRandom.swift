public import JobCore
internal import Synchronization

/// A random number generator that gives the same numbers for the same seed on every machine: SplitMix64.
///
/// Source: https://prng.di.unimi.it/splitmix64.c
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Makes a generator.
    public init(seed: UInt64) {
        state = seed
    }

    /// Returns the next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}

extension RandomSource {
    /// A source that gives the same numbers for the same seed; safe to share between tasks.
    public static func seeded(_ seed: UInt64) -> RandomSource {
        let shared = SharedGenerator(SeededRandom(seed: seed))
        return RandomSource { shared.next() }
    }
}

private final class SharedGenerator: Sendable {
    private let generator: Mutex<SeededRandom>

    init(_ generator: SeededRandom) {
        self.generator = Mutex(generator)
    }

    func next() -> UInt64 { generator.withLock { $0.next() } }
}
