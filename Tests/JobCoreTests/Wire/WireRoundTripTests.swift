import JobCore
import Testing

/// What one side of the queue protocol writes, the other reads back the same.
@Suite struct WireRoundTripTests {
    private static let seeds = Array(UInt64(1)...60)

    @Test("jobs keep every part", arguments: seeds)
    func jobs(seed: UInt64) throws {
        var samples = WireSamples(seed: seed)
        let job = samples.job()
        #expect(try Job(decoding: job.encoded) == job)
        let page = JobPage(jobs: samples.list(3) { $0.job() }, next: samples.maybe { $0.id() })
        #expect(try JobPage(decoding: page.encoded) == page)
    }

    @Test("events, refusals and chunks keep every part", arguments: seeds)
    func events(seed: UInt64) throws {
        var samples = WireSamples(seed: seed)
        for _ in 0..<10 {
            let event = samples.event()
            #expect(try JobEvent(decoding: event.encoded) == event)
            let refusal = samples.refusal()
            #expect(try TransitionRefused(decoding: refusal.encoded) == refusal)
            let chunk = samples.chunk()
            #expect(try LogChunk(decoding: chunk.encoded) == chunk)
        }
        let request = ApplyRequest(
            events: samples.list(5) { $0.event() }, known: [0: 0, 3: 7],
            chunks: samples.list(3) { $0.chunk() })
        let read = try ApplyRequest(decoding: request.encoded)
        #expect(read.events == request.events)
        #expect(read.known == request.known.filter { $0.key < request.events.count })
        #expect(read.chunks == request.chunks)
    }

    @Test("results without what the caller knows are put together again", arguments: seeds)
    func results(seed: UInt64) throws {
        var samples = WireSamples(seed: seed)
        var known: [Int: Job] = [:]
        var results: [ApplyReply.Outcome] = []
        for index in 0..<6 {
            guard samples.flag() else {
                results.append(samples.flag() ? .success(samples.job()) : .failure(samples.refusal()))
                continue
            }
            let before = samples.job()
            known[index] = before
            let other = samples.job()
            let after = Job(
                id: before.id, spec: before.spec, createdAt: before.createdAt, state: other.state,
                startedAt: other.startedAt, generation: other.generation, version: other.version,
                cursor: before.cursor,
                steps: before.steps.prefix(before.cursor) + other.steps(before.steps.count - before.cursor),
                attempts: other.attempts, progress: other.progress, failure: other.failure,
                deadlineAt: other.deadlineAt)
            results.append(.success(after))
        }
        let bytes = ApplyReply.encode(results, known: known.mapValues(\.cursor))
        #expect(try ApplyReply.decode(bytes, count: results.count) { known[$0] } == results)
    }

    @Test("enqueue, claims, filters, counts and logs keep every part", arguments: seeds)
    func messages(seed: UInt64) throws {
        var samples = WireSamples(seed: seed)
        let new = samples.list(4) { samples in NewJob(samples.spec(), id: samples.id()) }
        #expect(try EnqueueRequest(decoding: EnqueueRequest(jobs: new).encoded).jobs == new)
        var stored = new.map { Job(submitting: $0, at: samples.time()) }
        if !stored.isEmpty { stored[0] = samples.job() }
        #expect(try EnqueueReply.decode(EnqueueReply.encode(stored, sent: new), sent: new) == stored)

        let running = samples.list(3) { samples in samples.job(state: .running(samples.lease(), cancelRequested: true))
        }
        let claims = running.compactMap { Claim($0) }
        #expect(try ClaimReply(decoding: ClaimReply(claims: claims).encoded).claims == claims)
        let slots = samples.list(3) { ClaimRequest.Slots(queue: $0.text(), limit: $0.number(-1...9)) }
        let request = ClaimRequest(worker: samples.text(), slots: slots, limit: 3, lease: samples.duration())
        let held = samples.maybe { $0.list(3) { HeldLease(job: $0.id(), generation: $0.number(0...9)) } }
        let message = ClaimMessage(request, wait: samples.maybe { $0.duration() }, held: held)
        let read = try ClaimMessage(decoding: message.encoded)
        #expect(read.request == request && read.wait == message.wait && read.held == held)

        let filter = samples.filter()
        #expect(try JobFilter(decoding: filter.encoded) == filter)
        let counts = QueueCounts(byQueue: [
            "a": [.queued: 3, .failed: 0], "c" + samples.text(): [samples.any(): 7], "b": [:],
        ])
        #expect(try QueueCounts(decoding: counts.encoded) == counts)
        let page = LogPage(
            entries: samples.list(3) { $0.entry() }, nextOffset: Int64(samples.number(0...99)),
            isComplete: samples.flag())
        #expect(try LogPage(decoding: page.encoded) == page)
    }

    @Test("workers, settings, changes, tokens and artifacts keep every part", arguments: seeds)
    func service(seed: UInt64) throws {
        var samples = WireSamples(seed: seed)
        let workers = samples.list(3) { $0.worker() }
        #expect(try WorkersReply(decoding: WorkersReply(workers: workers).encoded).workers == workers)
        let settings = [
            samples.text(): NamedQueueSettings(
                isPaused: samples.flag(), concurrency: samples.maybe { $0.number(1...9) })
        ]
        #expect(try QueueSettingsReply(decoding: QueueSettingsReply(queues: settings).encoded).queues == settings)
        let changes = samples.list(4) { ChangeEntry(position: Int64($0.number(0...99)), job: $0.id()) }
        let page = ChangePage(changes: changes, next: .max, isGap: samples.flag())
        #expect(try ChangePage(decoding: page.encoded) == page)
        let tokens = samples.list(3) { $0.token() }
        #expect(try TokensReply(decoding: TokensReply(tokens: tokens).encoded).tokens == tokens)

        let bytes = samples.list(50) { UInt8($0.number(0...255)) }
        let new = NewArtifact(
            job: samples.id(), name: samples.text(), contentType: samples.text(), bytes: bytes,
            key: samples.maybe { $0.key() })
        #expect(try NewArtifact(decoding: new.encoded) == new)
        let content = samples.maybe { ArtifactContent(artifact: $0.artifact(), bytes: bytes) }
        #expect(try ArtifactReply(decoding: ArtifactReply(content: content).encoded).content == content)
        let list = samples.maybe { $0.list(3) { $0.artifact() } }
        #expect(try ArtifactsReply(decoding: ArtifactsReply(artifacts: list).encoded).artifacts == list)
        let put: Result<Artifact, ArtifactRefused> =
            samples.flag() ? .success(samples.artifact()) : .failure(samples.artifactRefusal())
        #expect(try PutArtifactReply(decoding: PutArtifactReply(result: put).encoded).result == put)
    }

    @Test("records and what becomes of them keep every part", arguments: seeds)
    func records(seed: UInt64) throws {
        var samples = WireSamples(seed: seed)
        let name = RecordName(collection: samples.text(), key: samples.text())
        #expect(try RecordName(decoding: name.encoded) == name)
        let record = samples.maybe { $0.record() }
        #expect(try RecordReply(decoding: RecordReply(record: record).encoded).record == record)
        let page = RecordsReply(records: samples.list(3) { $0.record() }, isCut: samples.flag())
        let readPage = try RecordsReply(decoding: page.encoded)
        #expect(readPage.records == page.records && readPage.isCut == page.isCut)
        let changes = samples.list(4) { $0.recordChange() }
        #expect(try RecordsChange(decoding: RecordsChange(changes: changes).encoded).changes == changes)
        let stored = changes.compactMap { change -> StoredRecord? in
            guard case .put(let value) = change.action else { return nil }
            return StoredRecord(
                collection: change.collection, key: change.key, version: Int64(samples.number(0...99)), value: value,
                updatedAt: samples.time())
        }
        let reply = RecordsChangeReply(result: .success(stored.map(RecordStamp.init)))
        #expect(try RecordsChangeReply.decode(reply.encoded, sent: changes) == .success(stored))
        let conflict = RecordConflict(
            collection: samples.text(), key: samples.text(), current: samples.maybe { Int64($0.number(0...9)) })
        let refusal = RecordsChangeReply(result: .failure(conflict))
        #expect(try RecordsChangeReply.decode(refusal.encoded, sent: changes) == .failure(conflict))
    }

    @Test("every byte sequence survives as base64", arguments: 0...9)
    func base64(count: Int) {
        var samples = WireSamples(seed: UInt64(count))
        let bytes = (0..<count).map { _ in UInt8(samples.number(0...255)) }
        #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        #expect(Base64.encode(Array("foobar".utf8)) == "Zm9vYmFy" && Base64.encode(Array("fo".utf8)) == "Zm8=")
    }

    @Test(
        "what is no base64 is refused",
        arguments: ["Zg", "Zg=", "Z===", "Zh==", "Zm9=", "Zm 9vY", "=Zm9", "====", "Zm9v\n"])
    func badBase64(text: String) {
        #expect(Base64.decode(text) == nil)
    }
}

extension Job {
    /// So many records of steps: the job's own, and such of steps that have not begun.
    fileprivate func steps(_ count: Int) -> [StepRecord] {
        Array(steps.prefix(count)) + Array(repeating: StepRecord(), count: max(0, count - steps.count))
    }
}
