internal import JobCore
internal import Synchronization

/// A fleet service that a test drives by hand: one look at a time, and each call of the cloud to its end.
package struct FleetStepper {
    private let service: FleetService
    private let errands = Errands()
    private var leader: FleetLeader

    /// What is to be done, in order.
    private final class Errands: Sendable {
        let list = Mutex<[FleetErrand]>([])
        func take() -> FleetErrand? { list.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
    }

    package init(_ service: FleetService) {
        self.service = service
        leader = FleetLeader(service) { [errands] errand in errands.list.withLock { $0.append(errand) } }
    }

    /// Looks once, and does all that follows from it.
    package mutating func step() async {
        await leader.handle(.poll)
        // What follows from an answer may ask again, but not for ever.
        for _ in 0..<10_000 {
            guard let errand = errands.take() else { return }
            if let input = await errand.run(service) { await leader.handle(input) }
        }
    }

    /// Ends as a service does that shuts down.
    package func end() async { await leader.release() }
}
