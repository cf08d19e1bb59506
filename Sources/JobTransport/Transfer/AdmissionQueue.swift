/// Decides which waiting exchange may start: pure, without clock or I/O.
///
/// Bounds how many run in all and per origin. Origins take turns; within one, first come, first served.
/// This replaces libcurl's own connection limits, whose waiting transfers do not notice their timeouts.
package struct AdmissionQueue<Item> {
    private struct Origin {
        var running = 0
        var waiting = FirstInFirstOut<Item>()
        var isInTurn = false
    }

    private let maximum: Int
    private let maximumPerOrigin: Int
    private var running = 0
    private var origins: [String: Origin] = [:]
    private var turns = FirstInFirstOut<String>()

    package init(maximum: Int, maximumPerOrigin: Int) {
        self.maximum = max(1, maximum)
        self.maximumPerOrigin = max(1, maximumPerOrigin)
    }

    /// An exchange wants to run.
    package mutating func enqueue(_ item: Item, origin: String) {
        origins[origin, default: Origin()].waiting.append(item)
        takeTurn(origin)
    }

    /// The next exchange that may run now, counted as running from here on; `nil` when none may.
    package mutating func admit() -> Item? {
        guard running < maximum, let origin = turns.popFirst() else { return nil }
        guard let item = origins[origin]?.waiting.popFirst() else {
            preconditionFailure("an origin in turn has a waiting exchange")
        }
        origins[origin]?.isInTurn = false
        origins[origin]?.running += 1
        running += 1
        takeTurn(origin)
        return item
    }

    /// An admitted exchange has ended.
    package mutating func release(origin: String) {
        running -= 1
        origins[origin]?.running -= 1
        if let left = origins[origin], left.running == 0, left.waiting.isEmpty {
            origins[origin] = nil
        } else {
            takeTurn(origin)
        }
    }

    /// Everything that waits, to be failed or checked for its deadline.
    package var waiting: [Item] { origins.values.flatMap(\.waiting.waiting) }

    package var isIdle: Bool { running == 0 && origins.isEmpty }

    private mutating func takeTurn(_ name: String) {
        guard let origin = origins[name] else { return }
        guard !origin.isInTurn, !origin.waiting.isEmpty, origin.running < maximumPerOrigin else { return }
        origins[name]?.isInTurn = true
        turns.append(name)
    }
}
