import JobTesting
import Shop

/// A payment service that answers from a script and remembers what it took.
actor FakePayments: Payments {
    struct ServiceAway: Error {}

    private(set) var taken: [String: Int] = [:]
    private(set) var calls = 0
    private var answers: [@Sendable () throws -> Void] = []
    private var afterCharge: @Sendable () -> Void = {}

    /// The next calls fail with these errors, one each.
    func fail(with errors: any Error & Sendable...) {
        answers += errors.map { error in { throw error } }
    }

    /// Does something right after the money was taken.
    func afterCharge(_ body: @escaping @Sendable () -> Void) {
        afterCharge = body
    }

    func charge(cents: Int, key: String) throws -> String {
        calls += 1
        if !answers.isEmpty { try answers.removeFirst()() }
        taken[key] = cents
        afterCharge()
        return "payment of \(key)"
    }
}
