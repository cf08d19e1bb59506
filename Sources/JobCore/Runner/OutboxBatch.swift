extension Outbox {
    /// What one write takes along.
    struct Batch {
        var parcels: [Parcel]
        /// The events of all parcels, in their order.
        var events: [JobEvent]
        var chunks: [LogChunk]

        var isEmpty: Bool { parcels.isEmpty && chunks.isEmpty }

        /// The parcels, each with its events.
        var pieces: [(parcel: Parcel, events: ArraySlice<JobEvent>)] {
            var start = 0
            return parcels.map { parcel in
                defer { start += parcel.count }
                return (parcel, events[start..<start + parcel.count])
            }
        }

        /// What can be stored for itself, output before the events that end its lease; one part is the whole.
        var parts: [Batch] {
            if parcels.isEmpty { return chunks.map { Batch(parcels: [], events: [], chunks: [$0]) } }
            let output = chunks.isEmpty ? [] : [Batch(parcels: [], events: [], chunks: chunks)]
            return output + pieces.map { Batch(parcels: [$0.parcel], events: Array($0.events), chunks: []) }
        }

        /// Takes parcels out that a test holds for, with their events.
        mutating func remove(where isRemoved: (Parcel) -> Bool) -> [Parcel] {
            var removed: [Parcel] = []
            var kept = Batch(parcels: [], events: [], chunks: chunks)
            for (parcel, events) in pieces {
                if isRemoved(parcel) {
                    removed.append(parcel)
                } else {
                    kept.parcels.append(parcel)
                    kept.events.append(contentsOf: events)
                }
            }
            self = kept
            return removed
        }
    }

    /// What the store said to parcels: the results of their events, in order.
    struct Answers {
        var parcels: [Parcel] = []
        var results: [StoreResult] = []

        mutating func append(_ others: Answers) {
            parcels += others.parcels
            results += others.results
        }

        /// The parcels, each with the result of its last event.
        func forEach(_ body: (Parcel, StoreResult) -> Void) {
            var end = 0
            for parcel in parcels {
                end += parcel.count
                // Each parcel has an event at least.
                body(parcel, results[end - 1])
            }
        }
    }
}

extension Outbox.State {
    /// Takes out what one write may take along.
    mutating func takeBatch() -> Outbox.Batch {
        defer {
            chunks = []
            newest = [:]
        }
        if parcels.count <= Outbox.parcelsPerWrite {
            defer {
                parcels = []
                events = []
            }
            return Outbox.Batch(parcels: parcels, events: events, chunks: chunks)
        }
        let taken = Array(parcels.prefix(Outbox.parcelsPerWrite))
        let count = taken.reduce(0) { $0 + $1.count }
        parcels.removeFirst(taken.count)
        defer { events.removeFirst(count) }
        return Outbox.Batch(parcels: taken, events: Array(events.prefix(count)), chunks: chunks)
    }
}
