internal import JobCore
internal import Testing

extension QueueConformance {
    static let logging: [QueueCheck<any JobLogs>] = [
        QueueCheck("log chunks come back in order with all that was said about them") { queue, time in
            let id = try await queue.enqueue(.test()).id
            let claim = try await queue.takeOne()
            let chunks = [
                claim.chunk(0, "one\n", at: time.now), claim.chunk(1, "two\n", .stderr, at: time.now + .seconds(1)),
                claim.chunk(2, "three\n", .system, step: nil, at: time.now + .seconds(2)),
            ]
            try await queue.append(Array(chunks[0..<1]))
            try await queue.append(Array(chunks[1..<3]))
            let page = try #require(await queue.log(of: id, from: 0, limit: 1_000))
            #expect(page == LogPage(entries: chunks.map(\.entry), nextOffset: 14, isComplete: false))
        },
        QueueCheck("bytes that are no text are kept as they are") { queue, time in
            let id = try await queue.enqueue(.test()).id
            let claim = try await queue.takeOne()
            var chunk = claim.chunk(0, "", at: time.now)
            chunk.entry.bytes = [0, 255, 254, 10, 195]
            try await queue.append([chunk])
            #expect(try await queue.log(of: id, from: 0, limit: 10)?.entries.map(\.bytes) == [[0, 255, 254, 10, 195]])
        },
        QueueCheck("an offset may lie anywhere, also inside a chunk") { queue, time in
            let id = try await queue.enqueue(.test()).id
            let claim = try await queue.takeOne()
            let text = "0123456789abcdef"
            try await queue.append(
                [
                    claim.chunk(0, "0123", at: time.now), claim.chunk(1, "456789", at: time.now),
                    claim.chunk(2, "abcdef", at: time.now),
                ])
            for offset in 0...text.utf8.count {
                let page = try #require(await queue.log(of: id, from: Int64(offset), limit: 1_000))
                #expect(page.text == String(text.dropFirst(offset)))
                #expect(page.nextOffset == Int64(text.utf8.count))
            }
        },
        QueueCheck("parts of any size add up to the whole log") { queue, time in
            let id = try await queue.enqueue(.test()).id
            let claim = try await queue.takeOne()
            let lines = (0..<40).map { String(repeating: "x", count: $0 % 7) + "\($0)\n" }
            try await queue.append(lines.enumerated().map { claim.chunk($0, $1, at: time.now) })
            for limit in [1, 5, 64, 10_000] {
                var (text, offset, calls) = ("", Int64(0), 0)
                while calls < 1_000 {
                    let page = try #require(await queue.log(of: id, from: offset, limit: limit))
                    if page.entries.isEmpty { break }
                    #expect(page.nextOffset == offset + Int64(page.text.utf8.count))
                    (text, offset, calls) = (text + page.text, page.nextOffset, calls + 1)
                }
                #expect(text == lines.joined())
            }
        },
        QueueCheck("what was printed before the end is stored together with the end, once") { queue, time in
            let id = try await queue.enqueue(.test()).id
            let claim = try await queue.takeOne()
            let events = [
                JobEvent(.stepSucceeded(claim.key, step: 0, output: .none), of: id),
                JobEvent(.succeeded(claim.key), of: id),
            ]
            let chunks = [claim.chunk(0, "done", at: time.now)]
            let results = try await queue.apply(events, logging: chunks)
            #expect(try results.map { try $0.get().cursor } == [1, 1])
            // The reply may have been lost, and the worker says it again.
            let again = try await queue.apply(events, logging: chunks)
            #expect(again.allSatisfy { $0 == .failure(.alreadyFinished(.succeeded)) })
            let page = try #require(await queue.log(of: id, from: 0, limit: 100))
            #expect(page.text == "done")
            #expect(page.isComplete)
        },
        QueueCheck("chunks without events are stored") { queue, time in
            let id = try await queue.enqueue(.test()).id
            let claim = try await queue.takeOne()
            #expect(try await queue.apply([], logging: [claim.chunk(0, "x", at: time.now)]).isEmpty)
            #expect(try await queue.log(of: id, from: 0, limit: 100)?.text == "x")
        },
        QueueCheck("a log of a job that does not exist is no log, one that nobody wrote is empty") { queue, _ in
            #expect(try await queue.log(of: JobID(), from: 0, limit: 10) == nil)
            let id = try await queue.enqueue(.test()).id
            let page = try await queue.log(of: id, from: 0, limit: 10)
            #expect(page == LogPage(entries: [], nextOffset: 0, isComplete: false))
        },
        QueueCheck("a chunk that is sent again is stored once") { queue, time in
            let id = try await queue.enqueue(.test()).id
            let claim = try await queue.takeOne()
            let chunks = (0..<3).map { claim.chunk($0, "\($0)", at: time.now) }
            try await queue.append(Array(chunks[0..<2]))
            try await queue.append(Array(chunks[0..<3]))
            try await queue.append(Array(chunks[1..<3]))
            #expect(try await queue.log(of: id, from: 0, limit: 100)?.text == "012")
        },
        QueueCheck("a worker whose lease is lost writes nothing") { queue, time in
            let id = try await queue.enqueue(.test().retried(5)).id
            let late = try await queue.takeOne(as: "w1")
            try await queue.append([late.chunk(0, "first ", at: time.now)])
            time.advance(by: .seconds(10))
            let current = try await queue.takeOne(as: "w2")
            try await queue.append([late.chunk(1, "late ", at: time.now), current.chunk(0, "second", at: time.now)])
            let page = try #require(await queue.log(of: id, from: 0, limit: 100))
            #expect(page.text == "first second")
            #expect(page.entries.map(\.attempt) == [1, 2])
        },
        QueueCheck("nobody writes to the log of a job that waits, has finished or does not exist") { queue, time in
            let id = try await queue.enqueue(.test()).id
            let first = try await queue.takeOne()
            try await queue.apply(.released(first.key, reason: "shutdown"), to: id)
            try await queue.append([first.chunk(0, "waiting", at: time.now)])
            let second = try await queue.takeOne()
            try await queue.complete(second)
            var stray = second.chunk(1, "unknown", at: time.now)
            stray.job = JobID()
            try await queue.append([second.chunk(0, "finished", at: time.now), stray])
            #expect(try await queue.log(of: id, from: 0, limit: 100)?.entries.isEmpty == true)
            #expect(try await queue.log(of: stray.job, from: 0, limit: 100) == nil)
        },
        QueueCheck("a log is complete when its job has finished and the last byte was read") { queue, time in
            let id = try await queue.enqueue(.test()).id
            let claim = try await queue.takeOne()
            try await queue.append((0..<3).map { claim.chunk($0, "\($0)", at: time.now) })
            #expect(try await queue.log(of: id, from: 0, limit: 100)?.isComplete == false)
            try await queue.complete(claim)
            #expect(try await queue.log(of: id, from: 0, limit: 1)?.isComplete == false)
            #expect(try await queue.log(of: id, from: 0, limit: 100)?.isComplete == true)
            #expect(try await queue.log(of: id, from: 3, limit: 100)?.isComplete == true)
        },
    ]
}

extension Claim {
    /// Something that the claimed job's first step printed.
    fileprivate func chunk(
        _ number: Int, _ text: String, _ stream: LogEntry.Stream = .stdout, step: Int? = 0, at time: Timestamp
    ) -> LogChunk {
        LogChunk(
            job: job.id, key: key, number: number,
            entry: LogEntry(
                time: time, step: step, attempt: lease.generation, stream: stream, bytes: Array(text.utf8)))
    }
}

extension LogPage {
    fileprivate var text: String { entries.map(\.text).joined() }
}
