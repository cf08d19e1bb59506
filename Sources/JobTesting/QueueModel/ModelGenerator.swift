internal import JobCore

/// Makes histories from a seed; the same seed gives the same history on every machine.
struct ModelGenerator {
    private var random: SeededRandom
    private var submitted = 0
    /// How wild this history is with clocks; most keep one steady clock, so that other faults stay visible.
    private let clocksJump: Bool
    private let stores: Int

    init(seed: UInt64, stores: Int) {
        random = SeededRandom(seed: seed)
        self.stores = stores
        clocksJump = seed % 3 == 0
    }

    /// Operations, each with the number of the door that it goes through.
    mutating func history(_ count: Int) -> [(door: Int, operation: ModelOperation)] {
        (0..<count).map { _ in (number(0...stores - 1), operation()) } + [(0, .inspect)]
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    private mutating func operation() -> ModelOperation {
        switch number(0...99) {
        case ..<22: .enqueue((0..<number(1...4)).map { _ in draft() })
        case ..<45:
            .claim(
                worker: number(0...2), slots: (0..<3).map { _ in number(0...3) }, limit: number(1...5),
                lease: number(1...40) * 100)
        case ..<75: .apply((0..<number(1...4)).map { _ in event() })
        case ..<78: .prune(limit: number(1...5))
        case ..<80: .delete((0..<number(1...3)).map { _ in number(0...40) })
        case ..<84:
            // A clock that jumps makes leases last again that had run out, which stores need not notice.
            .set(
                queue: number(0...2), isPaused: chance(40), concurrency: clocksJump || chance(50) ? nil : number(1...3))
        case ..<94: .advance(number(0...20) * 100)
        case ..<96: clocksJump ? .setClock(store: number(0...stores - 1), by: number(-80...80) * 100) : .advance(500)
        default: .inspect
        }
    }

    private mutating func draft() -> JobDraft {
        var draft = JobDraft(number: submitted)
        if submitted > 0, chance(10) { draft.number = number(0...submitted - 1) } else { submitted += 1 }
        draft.queue = number(0...2)
        draft.priority = number(0...2)
        if chance(40) { draft.lane = number(0...2) }
        if chance(20) {
            draft.key = number(0...3)
            if chance(30) { draft.phases = Set(UniqueKey.Phase.allCases.filter { _ in chance(50) }).union([.waiting]) }
        }
        draft.steps = chance(5) ? 0 : number(1...3)
        if chance(60) { draft.limit = number(1...3) }
        if chance(20) { draft.notBefore = number(-5...20) * 100 }
        if chance(20) { draft.deadline = number(1...30) * 100 }
        if chance(50) { draft.retention = number(0...30) * 100 }
        return draft
    }

    private mutating func event() -> EventDraft {
        let kinds: [EventDraft.Kind] = [
            .heartbeat, .heartbeat, .nextStep, .nextStep, .nextStep, .nextStep, .pastStep, .farStep, .succeeded,
            .succeeded, .succeeded, .flaky, .flaky, .final, .snoozed, .released, .interrupted, .cancel, .cancel, .retry,
            .retry, .edit, .edit, .edit,
        ]
        let kind = kinds[number(0...kinds.count - 1)]
        return EventDraft(
            kind: kind, pick: chance(75) ? number(0...4) : number(0...40), isForged: chance(3),
            amount: number(0...30) * 100)
    }
}
