/// Gathers actions: what is saved comes before what relies on it.
struct Plan {
    private var changes: [FleetController.Change] = []
    private var actions: [FleetController.Action] = []

    /// Records a change; a later one of the same record takes its place.
    mutating func save(_ change: FleetController.Change) {
        if let index = changes.firstIndex(where: { $0.isSameRecord(as: change) }) {
            changes[index] = change
        } else {
            changes.append(change)
        }
    }

    mutating func add(_ action: FleetController.Action) { actions.append(action) }
    mutating func note(_ text: String) { actions.append(.note(text)) }
    mutating func alarm(_ text: String) { actions.append(.alarm(text)) }

    /// All changes become durable before the first action: each of them was decided from the same state.
    func finish() -> [FleetController.Action] {
        changes.isEmpty ? actions : [.save(changes)] + actions
    }
}

extension FleetController.Change {
    func isSameRecord(as other: Self) -> Bool {
        switch (self, other) {
        case (.launch(let left), .launch(let right)): left.id == right.id
        case (.instance(let left), .instance(let right)): left.id == right.id
        default: false
        }
    }
}
