import JobCore

package struct Order: Codable, Hashable, Sendable {
    package var id: Int
    package var cents: Int

    package init(id: Int, cents: Int) {
        self.id = id
        self.cents = cents
    }
}

package struct Receipt: Codable, Hashable, Sendable {
    package var payment: String

    package init(payment: String) {
        self.payment = payment
    }
}

/// What takes the money; the tests put a fake in its place.
package protocol Payments: Sendable {
    /// Takes money once for each key, however often it is called.
    func charge(cents: Int, key: String) async throws -> String
}

/// What the payment service says when no retry helps.
package struct CardDeclined: Error {
    package init() {}
}

/// The part of a shop that works in the background: a charge, and then a mail.
package struct OrderProcessing: Sendable {
    package static let charge = JobHandler<Order, Receipt>("charge")
    package static let mail = JobHandler<Order, NoOutput>("confirmation")

    private let store: any JobQueue
    private let payments: any Payments

    package init(store: any JobQueue, payments: any Payments) {
        self.store = store
        self.payments = payments
    }

    /// Accepts an order; the rest happens in the background, and once for each order.
    @discardableResult
    package static func accept(_ order: Order, into store: some JobQueue) async throws -> TypedJob<Receipt> {
        try await store.enqueue(charge, order) { spec in
            spec.queue = "orders"
            spec.unique = UniqueKey("order-\(order.id)", while: Set(UniqueKey.Phase.allCases))
            spec.tags = ["order": "\(order.id)"]
            spec.retry = RetryOptions(limit: 4, exponent: 2)
        }
    }

    /// The handler of ``charge``.
    package func charge(_ order: Order, _ context: HandlerContext) async throws -> Receipt {
        guard order.cents > 0 else { throw StepFailure.permanent("an order of \(order.cents) cents cannot be charged") }
        let payment: String
        do {
            payment = try await payments.charge(cents: order.cents, key: context.idempotencyKey)
        } catch is CardDeclined {
            throw StepFailure.permanent("the card was declined")
        }
        await context.log("charged \(order.cents) cents")
        try await store.enqueue(Self.mail, order) { spec in
            // One mail for each order, even when this handler runs again.
            spec.unique = UniqueKey("mail-\(order.id)", while: Set(UniqueKey.Phase.allCases))
        }
        return Receipt(payment: payment)
    }
}
