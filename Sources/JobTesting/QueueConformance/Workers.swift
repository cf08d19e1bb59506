internal import JobCore
internal import Testing

extension QueueConformance {
    static let directory: [QueueCheck<any WorkerDirectory>] = [
        QueueCheck("a worker is listed with what it told, when it was seen, and what it holds") { queue, time in
            let report = WorkerReport(
                name: "worker", queues: ["default", "other"], slots: 4, version: "1.2", host: "box", processID: 7,
                startedAt: time.now)
            #expect(try await queue.report(report) == WorkerOrders(drain: false))
            let id = try await queue.enqueue(.test()).id
            let claim = try await queue.takeOne(as: "worker")
            time.advance(by: .seconds(5))
            var record = WorkerRecord(report: report, lastSeen: time.now - .seconds(5), jobs: [id])
            #expect(try await queue.workers() == [record])
            var later = report
            later.slots = 8
            _ = try await queue.report(later)
            try await queue.complete(claim)
            record = WorkerRecord(report: later, lastSeen: time.now)
            #expect(try await queue.workers() == [record])
        },
        QueueCheck("a worker that ends is listed no more, and others come in the order of their names") { queue, time in
            for name in ["c", "a", "b"] { _ = try await queue.report(.test(name, at: time.now)) }
            var end = WorkerReport.test("b", at: time.now)
            end.isStopped = true
            _ = try await queue.report(end)
            #expect(try await queue.workers().map(\.report.name) == ["a", "c"])
        },
        QueueCheck("an order to drain is told with the next report, and not to a later worker of that name") {
            queue, time in
            let report = WorkerReport.test("worker", at: time.now)
            #expect(try await queue.drain(worker: "worker") == false)
            _ = try await queue.report(report)
            #expect(try await queue.drain(worker: "worker"))
            #expect(try await queue.workers().map(\.isDraining) == [true])
            #expect(try await queue.report(report) == WorkerOrders(drain: true))
            #expect(try await queue.report(report) == WorkerOrders(drain: true))
            let successor = WorkerReport.test("worker", at: time.now + .seconds(1))
            #expect(try await queue.report(successor) == WorkerOrders(drain: false))
            #expect(try await queue.workers().map(\.isDraining) == [false])
        },
        QueueCheck("what a worker's machine was told is listed until the worker tells otherwise") { queue, time in
            var report = WorkerReport.test("worker", at: time.now)
            for kind in WorkerNotice.Kind.allCases {
                report.notice = WorkerNotice(kind, at: time.now + .seconds(120), message: "it ends")
                _ = try await queue.report(report)
                #expect(try await queue.workers().map(\.report) == [report])
            }
            report.notice = WorkerNotice(.interruption)
            _ = try await queue.report(report)
            #expect(try await queue.workers().map(\.report.notice) == [WorkerNotice(.interruption)])
            report.notice = nil
            _ = try await queue.report(report)
            #expect(try await queue.workers().map(\.report) == [report])
        },
        QueueCheck("a worker whose machine was taken away is forgotten soon after its last word") { queue, time in
            var report = WorkerReport.test("gone", at: time.now)
            report.notice = WorkerNotice(.interruption, at: time.now + .seconds(120))
            _ = try await queue.report(report)
            time.advance(by: WorkerRecord.keptInterrupted - .microseconds(1))
            #expect(try await queue.workers().count == 1)
            time.advance(by: .microseconds(1))
            let known = try await queue.workers()
            #expect(known.isEmpty)
        },
        QueueCheck("a worker that was not seen for a day is forgotten") { queue, time in
            _ = try await queue.report(.test("old", at: time.now))
            time.advance(by: WorkerRecord.keptUnseen - .microseconds(1))
            #expect(try await queue.workers().count == 1)
            time.advance(by: .microseconds(1))
            _ = try await queue.report(.test("new", at: time.now))
            #expect(try await queue.workers().map(\.report.name) == ["new"])
            #expect(try await queue.drain(worker: "old") == false)
        },
        QueueCheck("a report with a field out of its range is refused") { queue, time in
            let reports = [
                WorkerReport.test("", at: time.now), .test(String(repeating: "x", count: 201), at: time.now),
                WorkerReport(name: "w", queues: ["no queue"], slots: 1, startedAt: time.now),
                WorkerReport(name: "w", queues: [], slots: -1, startedAt: time.now),
            ]
            for report in reports {
                let error = await #expect(throws: QueueError.self) { _ = try await queue.report(report) }
                #expect(error?.code == .invalidRequest)
            }
            let known = try await queue.workers()
            #expect(known.isEmpty)
        },
    ]
}

extension WorkerReport {
    fileprivate static func test(_ name: String, at time: Timestamp) -> WorkerReport {
        WorkerReport(name: name, queues: [JobSpec.defaultQueue], slots: 1, startedAt: time)
    }
}
