import JobCore
import JobHTTP
import JobTesting
import JobTransport
import Synchronization
import Testing

/// How machines become workers, over a real socket.
@Suite(.timeLimit(.minutes(1))) struct EnrolmentTests {
    @Test func aMachineGetsATokenForItsOwnWork() async throws {
        try await Self.with { server, machine in
            let answer = try await machine.enrol("i-1", TokenText())
            #expect(answer.status == 201)
            #expect(answer.json["worker"] == "fleet/i-1" && answer.json["queues"] == ["spot"])
            #expect(answer.json["slots"] == 2 && answer.json["token"] == "worker-i-1")
            #expect(answer.json["idleTimeout"] == "1m30s" && answer.json["singleUse"] == true)
            #expect(answer.json["expiresAt"]?.stringValue.flatMap(Timestamp.init) == Admission.end)
        }
    }

    @Test func aLostAnswerIsGivenAgainAndNobodyElseCanUseTheEnrolmentToken() async throws {
        try await Self.with { server, machine in
            let secret = TokenText()
            let first = try await machine.enrol("i-1", secret)
            let again = try await machine.enrol("i-1", secret)
            #expect(first.status == 201 && again.json == first.json)
            #expect(try await server.store.tokens().filter { $0.scopes == [.work] }.count == 1)
            #expect(try await machine.enrol("i-1", TokenText()).status == 403)
            #expect(try await machine.enrol("i-2", TokenText()).status == 403)
            #expect(try await machine.enrol("i-2", secret).status == 403)
            let worker = try #require(secret.named("worker-i-1"))
            #expect(try await server.using(worker).report("fleet/i-1").status == 200)
        }
    }

    @Test func aForeignMachineIsRefusedAndOneThatIsNotRecordedYetIsAskedToWait() async throws {
        try await Self.with { _, machine in
            let foreign = try await machine.enrol("i-9", TokenText())
            #expect(foreign.status == 403 && foreign.json["code"] == "enrolmentRefused")
            let early = try await machine.enrol("i-early", TokenText())
            #expect(early.status == 503 && early.headers["Retry-After"] == "2")
        }
    }

    @Test func aSecondSecretIsRefusedAlsoWhereTheEnrolmentWouldNotMind() async throws {
        try await Self.with(Admission(isLax: true)) { _, machine in
            let first = try await machine.enrol("i-1", TokenText())
            #expect(first.status == 201)
            #expect(try await machine.enrol("i-1", TokenText()).status == 403)
        }
    }

    @Test func aRevokedAndAnExpiredEnrolmentTokenAreRefused() async throws {
        let time = ManualTime()
        try await Self.with(time: time.source) { server, _ in
            let short = try await server.bearing([.enrol], expiresAt: time.now + .seconds(60))
            time.advance(by: .seconds(60))
            #expect(try await short.enrol("i-1", TokenText()).status == 401)
            let revoked = try await server.bearing([.enrol])
            let id = try #require(revoked.token?.split(separator: "_")[1])
            #expect(try await server.store.revoke(String(id), at: time.now))
            #expect(try await revoked.enrol("i-1", TokenText()).status == 401)
        }
    }

    @Test func aMachineWhoseTokenWasRevokedDoesNotComeBack() async throws {
        let time = ManualTime()
        try await Self.with(time: time.source) { server, machine in
            let secret = TokenText()
            #expect(try await machine.enrol("i-1", secret).status == 201)
            #expect(try await server.store.revoke("worker-i-1", at: time.now))
            #expect(try await machine.enrol("i-1", secret).status == 403)
            let worker = try #require(secret.named("worker-i-1"))
            #expect(try await server.using(worker).report("fleet/i-1").status == 401)
        }
    }

    @Test func anEnrolmentTokenDoesNothingElseAndOthersDoNotEnrol() async throws {
        try await Self.with { server, machine in
            let listing = try await machine.get("/v1/jobs")
            #expect(listing.status == 403)
            #expect(try await machine.report("fleet/i-1").status == 403)
            #expect(try await machine.call(.claim, ClaimMessage.test("fleet/i-1")).status == 403)
            for scopes: Set<AccessScope> in [[.read, .submit, .work], [.admin]] {
                #expect(try await server.bearing(scopes).enrol("i-1", TokenText()).status == 403)
            }
        }
    }

    @Test func aMachinesTokenWritesUnderNoOtherNameAndSeesOnlyWhatItHolds() async throws {
        try await Self.with { server, machine in
            let secret = TokenText()
            _ = try await machine.enrol("i-1", secret)
            let worker = server.using(try #require(secret.named("worker-i-1")))
            var jobs: [JobID] = []
            for queue in ["spot", "spot", "other"] {
                var spec = JobSpec(name: "job", queue: queue)
                spec.steps = [StepSpec(name: "a", action: .handler(HandlerAction(name: "a")))]
                jobs.append(try await server.store.enqueue(spec).id)
            }
            let others = try await server.store.claim(
                ClaimRequest(worker: "fleet/i-2", queues: ["spot"], limit: 1, lease: .seconds(60)))
            let stolen = try #require(others.first)

            #expect(try await worker.report("fleet/i-1").status == 200)
            #expect(try await worker.report("fleet/i-2").status == 403)
            #expect(try await worker.call(.claim, ClaimMessage.test("fleet/i-2")).status == 403)
            let claimed = try await worker.call(.claim, ClaimMessage.test("fleet/i-1", ["spot", "other"]))
            #expect(claimed.status == 403)
            let own = try ClaimReply(decoding: try await worker.call(.claim, ClaimMessage.test("fleet/i-1")).bytes)
            #expect(own.claims.map(\.job.id) == [jobs[1]])
            let key = try #require(own.claims.first).key

            let foreign = NewArtifact(job: stolen.job.id, name: "a", bytes: [1], key: stolen.key)
            #expect(try await worker.call(.putArtifact, foreign).status == 403)
            let lent = NewArtifact(job: jobs[1], name: "a", bytes: [1], key: key)
            #expect(try await worker.call(.putArtifact, lent).status == 200)
            let mine = try await worker.call(.artifact, ArtifactReference(job: jobs[1], name: "a"))
            #expect(try ArtifactReply(decoding: mine.bytes).content?.bytes == [1])
            _ = try await server.store.putArtifact(foreign)
            let theirs = try await worker.call(.artifact, ArtifactReference(job: stolen.job.id, name: "a"))
            #expect(try ArtifactReply(decoding: theirs.bytes).content == nil)
            let settle = ApplyRequest(
                events: [JobEvent(.interrupted(stolen.key, reason: "no"), of: stolen.job.id)], known: [:], chunks: [])
            #expect(try await worker.call(.apply, settle).status == 403)
            let look = try JobReply(
                decoding: try await worker.call(.job, JobReference(job: stolen.job.id)).bytes)
            #expect(look.job == nil)
            let records = RecordsRequest(collection: "fleets", after: nil, limit: 1)
            #expect(try await worker.call(.records, records).status == 403)
            #expect(try await worker.get("/v1/workers").status == 403)
        }
    }

    @Test(arguments: [
        "{}", "[]", #"{"instance": "i-1"}"#, #"{"instance": "i-1", "secretHash": "00"}"#,
        #"{"instance": "", "secretHash": "HASH"}"#, #"{"instance": "i/1", "secretHash": "HASH"}"#,
        #"{"instance": "\#(String(repeating: "i", count: 51))", "secretHash": "HASH"}"#,
        #"{"instance": 1, "secretHash": "HASH"}"#, #"{"instance": "i-1", "secretHash": "HASH", "x": 1}"#,
    ]) func aBodyThatCannotBeIsRefused(_ body: String) async throws {
        try await Self.with { server, machine in
            let parts = body.split(separator: "HASH", omittingEmptySubsequences: false)
            let answer = try await machine.post(
                "/v1/workers/enrol", parts.joined(separator: String(repeating: "0a", count: 32)))
            #expect(answer.status == 422)
            #expect(try await server.store.tokens().allSatisfy { $0.scopes == [.enrol] })
        }
    }

    @Test func aServerThatAdmitsNobodySaysSo() async throws {
        try await LiveServer.with(service: JobService.Configuration(access: .tokens)) { server in
            let answer = try await server.bearing([.enrol]).enrol("i-1", TokenText())
            #expect(answer.status == 404)
        }
    }

    @Test func aGrantForAllQueuesIsNone() async throws {
        try await Self.with(Admission(queues: [])) { server, machine in
            let answer = try await machine.enrol("i-1", TokenText())
            #expect(answer.status == 500)
            #expect(try await server.store.tokens().count == 1)
        }
    }

    // MARK: Support

    private static func with(
        _ admission: Admission = Admission(), time: TimeSource = .system,
        _ body: (LiveServer, _ machine: LiveServer) async throws -> Void
    ) async throws {
        var configuration = JobService.Configuration(access: .tokens)
        configuration.enrolment = admission
        try await LiveServer.with(time: time, service: configuration) { server in
            try await body(server, try await server.bearing([.enrol]))
        }
    }
}

/// Admits `i-1` and `i-2`, the enrolment token being for one machine.
private final class Admission: WorkerEnrolment {
    static let end = Timestamp(seconds: 4_000_000_000)
    private let admitted = Mutex<[String: EnrolmentRequest]>([:])
    private let queues: [String]
    private let isLax: Bool

    init(queues: [String] = ["spot"], isLax: Bool = false) {
        self.queues = queues
        self.isLax = isLax
    }

    func enrol(_ request: EnrolmentRequest, with token: AccessToken) async throws -> EnrolmentGrant {
        if request.instance == "i-early" { throw EnrolmentRefused("the launch is not recorded yet", isRetryable: true) }
        guard ["i-1", "i-2"].contains(request.instance) else { throw EnrolmentRefused("it is not of this launch") }
        let isFirst = admitted.withLock { admitted in
            let known = admitted[token.id] ?? request
            admitted[token.id] = known
            return known == request
        }
        guard isFirst || isLax else { throw EnrolmentRefused("the token was used by another machine") }
        return EnrolmentGrant(
            worker: "fleet/\(request.instance)", queues: queues, slots: 2, expiresAt: Self.end,
            idleTimeout: .seconds(90), isSingleUse: true)
    }
}

extension LiveServer {
    fileprivate func enrol(_ instance: String, _ secret: TokenText) async throws -> Answer {
        let body: JSONValue = [
            "instance": .string(instance), "secretHash": .string(Hexadecimal.encode(secret.hash)),
        ]
        return try await post("/v1/workers/enrol", body.text)
    }

    fileprivate func using(_ token: TokenText) -> LiveServer {
        var copy = self
        copy.token = token.secretText
        return copy
    }

    fileprivate func call(_ route: QueueRoute, _ message: some WireValue) async throws -> Answer {
        try await post(route.path, String(decoding: message.encoded, as: UTF8.self))
    }

    fileprivate func report(_ worker: String) async throws -> Answer {
        try await call(.report, WorkerReport(name: worker, queues: ["spot"], slots: 1, startedAt: .epoch))
    }
}

extension ClaimMessage {
    fileprivate static func test(_ worker: String, _ queues: [String] = ["spot"]) -> ClaimMessage {
        ClaimMessage(
            ClaimRequest(worker: worker, queues: queues, limit: 1, lease: .seconds(60)), wait: nil, held: nil)
    }
}
