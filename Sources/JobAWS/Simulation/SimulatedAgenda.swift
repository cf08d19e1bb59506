internal import JobCore

/// What is going to happen, earliest first; what happens at one time happens in the order in which it was arranged.
struct SimulatedAgenda {
    /// What can happen.
    enum Event {
        case arrival(Int)
        case boot(Int)
        case finish(instance: Int, job: Int, generation: Int)
        case notice(Int)
        case reclaim(Int)
        case idle(Int, since: Timestamp)
        case off(Int)
        case terminated(Int)
        case silence(Int)
        case expire(job: Int, generation: Int)
        case giveUp(Int)
        case answer(String, LaunchOutcome, epoch: Int)
        case listed([CloudInstance], began: Timestamp, epoch: Int)
        case look
        case poll
        case sweep
        case prices
        case drought
        case crash
        case restart
    }

    private struct Entry {
        let time: Timestamp
        let number: Int
        let event: Event

        func comes(before other: Entry) -> Bool {
            time == other.time ? number < other.number : time < other.time
        }
    }

    private var heap: [Entry] = []
    private var number = 0

    mutating func add(_ event: Event, at time: Timestamp) {
        number += 1
        heap.append(Entry(time: time, number: number, event: event))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].comes(before: heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func next() -> (time: Timestamp, event: Event)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            var parent = 0
            while true {
                var least = parent
                for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                    if heap[child].comes(before: heap[least]) { least = child }
                }
                if least == parent { break }
                heap.swapAt(parent, least)
                parent = least
            }
        }
        return (first.time, first.event)
    }
}
