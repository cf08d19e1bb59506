import JobCore
import Testing

@Suite struct RetryPolicyTests {
    /// A family of delays, worked out by hand from its formula.
    struct Vector: Sendable, CustomTestStringConvertible {
        let base: Double
        let multiplier: Double
        let exponent: Double
        let seconds: [Int]

        var testDescription: String { "\(base) \(multiplier) \(exponent)" }
        var policy: RetryPolicy {
            RetryPolicy(RetryOptions(base: base, multiplier: multiplier, exponent: exponent), kind: "http")
        }
    }

    static let vectors = [
        Vector(base: 1, multiplier: 1, exponent: 1, seconds: [1, 2, 3, 4, 5]),
        Vector(base: 1, multiplier: 1, exponent: 2, seconds: [1, 2, 5, 10, 17]),
        Vector(base: 1, multiplier: 1, exponent: 2.5, seconds: [1, 2, 7, 17, 33]),
        Vector(base: 1, multiplier: 1, exponent: 3, seconds: [1, 2, 9, 28, 65]),
        Vector(base: 0, multiplier: 3, exponent: 1, seconds: [0, 3, 6, 9, 12]),
        Vector(base: 0, multiplier: 1, exponent: 3.5, seconds: [0, 1, 12, 47, 128, 280, 530, 908]),
        Vector(base: 2, multiplier: 0, exponent: 1, seconds: [2, 2, 2]),
    ]

    static func delays(_ policy: RetryPolicy, _ count: Int) -> [Duration] {
        (1...count).map { policy.delay(afterAttempt: $0) }
    }

    @Test(arguments: vectors)
    func `power delays follow their formula`(_ vector: Vector) {
        #expect(Self.delays(vector.policy, vector.seconds.count) == vector.seconds.map { .seconds($0) })
    }

    @Test func `the sums are what people were told`() {
        let sums = Self.vectors[0..<4].map { Self.delays($0.policy, 5).reduce(.zero, +) }
        #expect(sums == [.seconds(15), .seconds(35), .seconds(60), .seconds(105)])
    }

    @Test func `quartic delays follow their formula, for twenty days in all`() {
        let policy = RetryPolicy(RetryOptions(backoff: .quartic), kind: "command")
        #expect(Self.delays(policy, 5) == [6, 21, 86, 261, 630].map { .seconds($0) })
        #expect(Self.delays(policy, 24).reduce(.zero, +) == .seconds(1_763_140))
    }

    @Test(arguments: [RetryPolicy.Backoff.power, .quartic])
    func `no delay goes beyond the cap or below zero`(_ backoff: RetryPolicy.Backoff) {
        let strange = [0, -1, 1e-300, 0.5, 100, 43_200, 1e300, -1e300, .infinity, -.infinity, .nan]
        for base in strange {
            for multiplier in strange {
                for exponent in strange {
                    var policy = RetryPolicy(kind: "http")
                    (policy.backoff, policy.base, policy.multiplier) = (backoff, base, multiplier)
                    (policy.exponent, policy.cap) = (exponent, .seconds(100))
                    for attempt in [.min, -1, 0, 1, 2, 1_000, .max] {
                        let delay = policy.delay(afterAttempt: attempt)
                        #expect(delay >= .zero && delay <= .seconds(100))
                    }
                }
            }
        }
    }

    @Test func `overflow and what is no number give the cap, negative results give none`() {
        func delay(_ base: Double, _ multiplier: Double, _ exponent: Double) -> Duration {
            var policy = RetryPolicy(kind: "http")
            (policy.base, policy.multiplier, policy.exponent) = (base, multiplier, exponent)
            return policy.delay(afterAttempt: 3)
        }
        #expect(delay(1, 1e300, 100) == .seconds(43_200))
        #expect(delay(.nan, 1, 1) == .seconds(43_200))
        #expect(delay(1, -1, 0.5) == .seconds(43_200))
        #expect(delay(-1_000, 1, 1) == .zero)
    }

    @Test func `a requested delay is a lower bound under the cap`() {
        var policy = RetryPolicy(kind: "http")
        policy.cap = .seconds(60)
        #expect(policy.delay(afterAttempt: 5, atLeast: .seconds(2)) == .seconds(5))
        #expect(policy.delay(afterAttempt: 5, atLeast: .seconds(30)) == .seconds(30))
        #expect(policy.delay(afterAttempt: 5, atLeast: .seconds(3_600)) == .seconds(60))
        #expect(policy.delay(afterAttempt: 5, atLeast: .seconds(-3)) == .seconds(5))
    }

    @Test func `jitter takes away up to its share, but never from a requested delay`() {
        var policy = RetryPolicy(RetryOptions(base: 99), kind: "http")
        policy.jitter = 0.5
        #expect(policy.delay(afterAttempt: 2, unit: 0) == .seconds(100))
        #expect(policy.delay(afterAttempt: 2, unit: 0.5) == .seconds(75))
        #expect(policy.delay(afterAttempt: 2, unit: 0.999) >= .seconds(50))
        #expect(policy.delay(afterAttempt: 2, atLeast: .seconds(90), unit: 0.999) == .seconds(90))
        policy.jitter = 1
        #expect(policy.delay(afterAttempt: 2, unit: 0.75) == .seconds(25))
        for strange in [-1, 7, .nan, .infinity] as [Double] {
            policy.jitter = strange
            #expect(policy.delay(afterAttempt: 2, unit: strange) <= .seconds(100))
            #expect(policy.delay(afterAttempt: 2, unit: strange) >= .zero)
        }
    }

    @Test func `kinds differ in what is tried again when nothing is said`() {
        #expect(RetryPolicy(kind: "http").limit == 5)
        #expect(RetryPolicy(kind: "command").limit == 1)
        #expect(RetryPolicy(kind: "mail").lossLimit == RetryPolicy.lossesAllowedByDefault)
        #expect(RetryPolicy(RetryOptions(limit: 2), kind: "command").lossLimit == 2)
        #expect(!RetryPolicy(kind: "command").isExplicit)
        #expect(RetryPolicy(RetryOptions(limit: 1), kind: "command").isExplicit)
    }

    @Test func `a step's settings come before the job's, field by field`() {
        let spec = JobSpec(name: "job", retry: RetryOptions(limit: 7, base: 3, cap: .seconds(9)))
        let step = StepSpec(
            name: "a", action: .http(HTTPAction(url: "http://x")), retry: RetryOptions(limit: 2, exponent: 2))
        let policy = spec.retryPolicy(of: step)
        #expect(policy.limit == 2)
        #expect(policy.base == 3)
        #expect(policy.exponent == 2)
        #expect(policy.cap == .seconds(9))
    }
}
