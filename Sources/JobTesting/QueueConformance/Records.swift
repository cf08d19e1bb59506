internal import JobCore
internal import Testing

extension QueueConformance {
    static let recordKeeping: [QueueCheck<any RecordStore>] = [
        QueueCheck("a record comes back as it was written, with a version that grows") { store, time in
            let value: JSONValue = [
                "text": "a\n\u{0}é", "list": [1, -2.5, true, nil, []], "object": ["": [:]],
                "big": 9_007_199_254_740_993,
            ]
            let first = try #require(try await store.write([RecordChange(.put(value), "a", in: "fleets")]).first)
            #expect(first.value == value && first.updatedAt == time.now)
            #expect(first.collection == "fleets" && first.key == "a")
            #expect(try await store.record("a", in: "fleets") == first)
            time.advance(by: .seconds(1))
            let second = try #require(try await store.write([RecordChange(.put(nil), "a", in: "fleets")]).first)
            #expect(second.version > first.version && second.updatedAt == time.now)
            #expect(try await store.record("a", in: "fleets") == second)
            let none = try await store.record("b", in: "fleets")
            let elsewhere = try await store.record("a", in: "launches")
            #expect(none == nil && elsewhere == nil)
        },
        QueueCheck("records come in the order of the bytes of their keys, page by page") { store, _ in
            let keys = ["b", "A", "a-1", "a.1", "a_1", "a10", "a2", "Z"]
            try await store.write(keys.map { RecordChange(.put(.string($0)), $0, in: "c") })
            try await store.write([RecordChange(.put(nil), "a3", in: "other")])
            let sorted = ["A", "Z", "a-1", "a.1", "a10", "a2", "a_1", "b"]
            #expect(try await store.allRecords(in: "c").map(\.key) == sorted)
            let page = try await store.records(in: "c", after: nil, limit: 3)
            #expect(page.map(\.key) == Array(sorted.prefix(3)))
            let rest = try await store.records(in: "c", after: "a-1", limit: 1_000)
            #expect(rest.map(\.key) == Array(sorted.dropFirst(3)))
            // The key to go on after may be gone.
            #expect(try await store.records(in: "c", after: "a9", limit: 1_000).map(\.key) == ["a_1", "b"])
            let none = try await store.records(in: "none", after: nil, limit: 10)
            #expect(none.isEmpty)
            for limit in [0, -1, 1_001] {
                let error = await #expect(throws: QueueError.self) {
                    _ = try await store.records(in: "c", after: nil, limit: limit)
                }
                #expect(error?.code == .invalidRequest)
            }
        },
        QueueCheck("a write that expects what is not so changes nothing of its batch") { store, _ in
            let a = try #require(try await store.write([RecordChange(.put(1), "a", in: "c", expecting: .absent)]).first)
            let later = try #require(
                try await store.write([RecordChange(.put(2), "a", in: "c", expecting: .version(a.version))]).first)
            let stale: [(RecordChange, Int64?)] = [
                (RecordChange(.put(3), "a", in: "c", expecting: .version(a.version)), later.version),
                (RecordChange(.put(3), "a", in: "c", expecting: .absent), later.version),
                (RecordChange(.delete, "a", in: "c", expecting: .version(a.version)), later.version),
                (RecordChange(.check, "a", in: "c", expecting: .version(a.version)), later.version),
                (RecordChange(.check, "none", in: "c", expecting: .version(1)), nil),
                (RecordChange(.delete, "none", in: "c", expecting: .version(1)), nil),
            ]
            for (change, current) in stale {
                let conflict = await #expect(throws: RecordConflict.self) {
                    try await store.write([
                        RecordChange(.put(4), "b", in: "c"), change, RecordChange(.delete, "d", in: "c"),
                    ])
                }
                #expect(conflict == RecordConflict(collection: "c", key: change.key, current: current))
            }
            #expect(try await store.allRecords(in: "c") == [later])
            let kept = try await store.write([
                RecordChange(.check, "a", in: "c", expecting: .version(later.version)),
                RecordChange(.put(5), "b", in: "c"), RecordChange(.delete, "gone", in: "c", expecting: .absent),
                RecordChange(.check, "none", in: "c", expecting: .absent), RecordChange(.put(6), "e", in: "c"),
            ])
            #expect(kept.map(\.key) == ["b", "e"])
            #expect(try await store.allRecords(in: "c") == [later] + kept)
        },
        QueueCheck("a deleted record is gone, and versions grow across its deletion") { store, _ in
            let first = try #require(try await store.write([RecordChange(.put(1), "a", in: "c")]).first)
            let change = RecordChange(.delete, "a", in: "c", expecting: .version(first.version))
            #expect(try await store.write([change]).isEmpty)
            let gone = try await store.record("a", in: "c")
            #expect(gone == nil)
            await #expect(throws: RecordConflict.self) { try await store.write([change]) }
            try await store.write([RecordChange(.delete, "a", in: "c")])
            let again = RecordChange(.put(1), "a", in: "c", expecting: .absent)
            let second = try #require(try await store.write([again]).first)
            #expect(second.version > first.version)
            await #expect(throws: RecordConflict.self) {
                try await store.write([RecordChange(.put(2), "a", in: "c", expecting: .version(first.version))])
            }
        },
        QueueCheck("of many who write what they have read, each version has one") { store, _ in
            try await store.write([RecordChange(.put(0), "count", in: "c")])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask { for _ in 0..<5 { try await store.countUp() } }
                }
                try await group.waitForAll()
            }
            #expect(try await store.record("count", in: "c")?.value == 40)
        },
        QueueCheck("large documents come back, over several pages") { store, _ in
            let text = String(repeating: "x", count: Int(RecordLimits.size.bytes) - 2)
            for index in 0..<12 {
                try await store.write([RecordChange(.put(.string(text)), "k\(index + 10)", in: "c")])
            }
            let all = try await store.allRecords(in: "c")
            #expect(all.count == 12 && all.allSatisfy { $0.value == .string(text) })
        },
        QueueCheck("names and sizes out of range are refused") { store, _ in
            var deep = JSONValue.integer(1)
            for _ in 0...RecordLimits.depth { deep = [deep] }
            let long = String(repeating: "x", count: Int(RecordLimits.size.bytes))
            let bad: [[RecordChange]] = [
                [RecordChange(.put(1), "", in: "c")], [RecordChange(.put(1), "a/b", in: "c")],
                [RecordChange(.put(1), String(repeating: "k", count: 201), in: "c")],
                [RecordChange(.put(1), "a", in: "")], [RecordChange(.put(1), "a", in: "no collection")],
                [RecordChange(.put(.string(long)), "a", in: "c")], [RecordChange(.put(deep), "a", in: "c")],
                [RecordChange(.put(1), "a", in: "c"), RecordChange(.check, "a", in: "c")],
                (0...RecordLimits.changes).map { RecordChange(.put(1), "k\($0)", in: "c") },
            ]
            for changes in bad {
                let error = await #expect(throws: QueueError.self) { try await store.write(changes) }
                #expect(error?.code == .invalidRequest)
            }
            let none = try await store.allRecords(in: "c")
            #expect(none.isEmpty)
            try await store.write([])
        },
    ]
}

extension RecordStore {
    /// Adds one to a number, again and again until nobody came between.
    fileprivate func countUp() async throws {
        while true {
            let record = try #require(try await record("count", in: "c"))
            let next = (record.value.integerValue ?? 0) + 1
            do {
                try await write([
                    RecordChange(.put(.integer(next)), "count", in: "c", expecting: .version(record.version))
                ])
                return
            } catch is RecordConflict {
                continue
            }
        }
    }
}
