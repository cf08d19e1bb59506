/// Decides which waiting exchange may start: pure, without clock or I/O.
///
/// Bounds how many run in all and per origin. Origins take turns; within one, first come, first served.
/// This replaces libcurl's own connection limits, whose waiting transfers do not notice their timeouts.
package struct AdmissionQueue<Item> {
    /// An exchange that may run, and the place to give back when it has ended.
    package struct Admission {
        package let item: Item
        package let place: Int
    }

    private struct Origin {
        let name: String
        var running = 0
        var waiting = FirstInFirstOut<Item>()
        var isInTurn = false
    }

    /// Above this many, an origin is forgotten as soon as nothing of it runs or waits.
    private static var mostKeptOrigins: Int { 1024 }

    private let maximum: Int
    private let maximumPerOrigin: Int
    private var running = 0
    private var origins: [Origin] = []
    private var places: [String: Int] = [:]
    private var freePlaces: [Int] = []
    private var turns = FirstInFirstOut<Int>()

    package init(maximum: Int, maximumPerOrigin: Int) {
        self.maximum = max(1, maximum)
        self.maximumPerOrigin = max(1, maximumPerOrigin)
    }

    /// An exchange wants to run.
    package mutating func enqueue(_ item: Item, origin: String) {
        let place = place(of: origin)
        origins[place].waiting.append(item)
        takeTurn(place)
    }

    /// The next exchange that may run now, counted as running from here on; `nil` when none may.
    package mutating func admit() -> Admission? {
        guard running < maximum, let place = turns.popFirst() else { return nil }
        guard let item = origins[place].waiting.popFirst() else {
            preconditionFailure("an origin in turn has a waiting exchange")
        }
        origins[place].isInTurn = false
        origins[place].running += 1
        running += 1
        takeTurn(place)
        return Admission(item: item, place: place)
    }

    /// An admitted exchange has ended.
    package mutating func release(place: Int) {
        running -= 1
        origins[place].running -= 1
        takeTurn(place)
        let origin = origins[place]
        if places.count > Self.mostKeptOrigins, origin.running == 0, origin.waiting.isEmpty {
            places[origin.name] = nil
            freePlaces.append(place)
        }
    }

    /// Everything that waits, to be failed or checked for its deadline.
    package var waiting: [Item] { origins.flatMap(\.waiting.waiting) }

    package var isIdle: Bool { running == 0 && turns.isEmpty }

    private mutating func takeTurn(_ place: Int) {
        let origin = origins[place]
        guard !origin.isInTurn, !origin.waiting.isEmpty, origin.running < maximumPerOrigin else { return }
        origins[place].isInTurn = true
        turns.append(place)
    }

    private mutating func place(of name: String) -> Int {
        if let place = places[name] { return place }
        let place = freePlaces.popLast() ?? origins.count
        if place == origins.count { origins.append(Origin(name: name)) } else { origins[place] = Origin(name: name) }
        places[name] = place
        return place
    }
}
