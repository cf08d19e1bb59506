internal import JobCore
internal import Synchronization

/// A generator whose numbers only the seed decides: SplitMix64.
///
/// Source: https://prng.di.unimi.it/splitmix64.c
struct SimulatedRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// A number in `0 ..< 1`.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    mutating func seconds(_ range: ClosedRange<Double>) -> Duration {
        .microseconds(Int64((range.lowerBound + unit() * (range.upperBound - range.lowerBound)) * 1_000_000))
    }

    /// A time until something that happens once in `mean` on average.
    mutating func exponential(_ mean: Duration) -> Duration {
        .microseconds(Int64(-log1p(-unit()) * mean.inSeconds * 1_000_000))
    }

    /// The natural logarithm of 1 + x for -1 < x <= 0, without a mathematics library: by ln(m·2^e).
    private func log1p(_ x: Double) -> Double {
        let value = 1 + x
        let mantissa = value.significand
        // ln m = 2·artanh((m-1)/(m+1)) for 1 <= m < 2.
        let z = (mantissa - 1) / (mantissa + 1)
        var term = z
        var sum = 0.0
        var divisor = 1.0
        for _ in 0..<20 {
            sum += term / divisor
            term *= z * z
            divisor += 2
        }
        return 2 * sum + Double(value.exponent) * 0.693_147_180_559_945_3
    }

    /// A source for the controller, of its own, so that it does not disturb the world's chance.
    mutating func source() -> RandomSource {
        let shared = Shared(SimulatedRandom(seed: next()))
        return RandomSource { shared.generator.withLock { $0.next() } }
    }

    private final class Shared: Sendable {
        let generator: Mutex<SimulatedRandom>
        init(_ generator: SimulatedRandom) { self.generator = Mutex(generator) }
    }
}
