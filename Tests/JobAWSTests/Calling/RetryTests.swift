import JobAWS
import JobCore
import JobTesting
import JobTransport
import Testing

struct RetryTests {
    let time = FastTime()

    func fleet(_ script: [ScriptedTransport.Expectation], retry: AWSRetry = .standard) async throws -> (
        CreateFleetReply, [ScriptedTransport.RecordedRequest]
    ) {
        let transport = ScriptedTransport(script)
        let ec2 = EC2Client(.test(transport, retry: retry, time: time.source))
        let request = CreateFleetRequest(
            clientToken: "token-1", launchTemplate: .named("jobs"), overrides: [], count: 1, lifecycle: .spot)
        do {
            let reply = try await ec2.createFleet(request)
            try transport.verifyComplete()
            return (reply, transport.requests)
        } catch {
            try transport.verifyComplete()
            throw error
        }
    }

    @Test func lostRepliesAreAskedForAgainWithTheSameToken() async throws {
        let lost = TransportError(.closedEarly, operation: "POST", detail: "gone")
        let (reply, requests) = try await fleet([
            .on(.post, Answer.url, fail: lost), .on(.post, Answer.url, fail: lost), Answer.success(Answer.fleet),
        ])
        #expect(reply.instanceIDs == ["i-1"])
        #expect(Set(requests.map(\.text)).count == 1)
        #expect(requests[0].text.contains("ClientToken=token-1"))
        #expect(time.slept.count == 2)
        #expect(time.slept[0] <= .seconds(1) && time.slept[1] <= .seconds(2))
    }

    @Test(arguments: [
        (500, "InsufficientInstanceCapacity"), (400, "VcpuLimitExceeded"), (403, "UnauthorizedOperation"),
    ])
    func whatDoesNotPassIsAskedOnce(status: Int, code: String) async throws {
        let error = await #expect(throws: AWSError.self) { try await fleet([Answer.failure(status, code)]) }
        #expect(error?.code == code)
        #expect(error?.httpStatus == status)
        #expect(error?.requestID == "req-1")
        #expect(error?.message == "why")
        #expect(time.slept.isEmpty)
    }

    @Test func troubleThatStaysIsTold() async throws {
        let error = await #expect(throws: AWSError.self) {
            try await fleet([
                Answer.failure(503, "Unavailable"), .on(.post, Answer.url, respond: 502, body: "<html>proxy"),
                Answer.failure(500, "InternalError"),
            ])
        }
        #expect(error?.category == .transient)
        #expect(time.slept.count == 2)
    }

    @Test func theServersWishToWaitIsHeardWithinBounds() async throws {
        let wish: HTTPHeaders = ["x-amz-retry-after": "600000"]
        _ = try await fleet([Answer.failure(503, "Unavailable", headers: wish), Answer.success(Answer.fleet)])
        #expect(time.slept[0] >= .seconds(5) && time.slept[0] <= .seconds(6))
    }

    @Test func theQuotaEndsRepeatsDuringAnOutage() async throws {
        let count = EventLog<Int>()
        let transport = ScriptedTransport([
            .init("outage", reusable: true, where: { _ in true }) { _ in
                count.record(1)
                return HTTPResponse(status: 500, body: HTTPBody(Array(Answer.ec2Error("InternalError").utf8)))
            }
        ])
        let ec2 = EC2Client(.test(transport, retry: AWSRetry(quota: 50), time: time.source))
        for _ in 0..<20 {
            await #expect(throws: AWSError.self) { try await ec2.describeSubnets() }
        }
        // 20 first tries, and as many repeats as 50 tokens pay at 5 each.
        #expect(count.events.count == 30)
    }

    @Test func calmOperationsAreNotSlowedByOthers() async throws {
        let transport = ScriptedTransport([
            Answer.failure(503, "RequestLimitExceeded"), Answer.success(Answer.fleet), Answer.success(),
        ])
        let ec2 = EC2Client(.test(transport, time: time.source))
        _ = try await ec2.createFleet(
            CreateFleetRequest(
                clientToken: "t", launchTemplate: .named("n"), overrides: [], count: 1, lifecycle: .spot))
        let before = time.slept.count
        _ = try await ec2.describeInstances(filters: [])
        #expect(time.slept.count == before)
    }

    /// A service that takes 4 calls in a second, and callers that would make hundreds.
    @Test func throttlingStormsEndInASteadyRate() async throws {
        let time = self.time
        let bucket = Bucket(time: time, rate: 4)
        let transport = ScriptedTransport([
            .init("service", reusable: true, where: { _ in true }) { _ in
                let isTaken = bucket.take()
                let body = isTaken ? Answer.noInstances : Answer.ec2Error("RequestLimitExceeded")
                return HTTPResponse(status: isTaken ? 200 : 503, body: HTTPBody(Array(body.utf8)))
            }
        ])
        let ec2 = EC2Client(.test(transport, retry: AWSRetry(attempts: 5, quota: 10_000), time: time.source))
        var failures = 0
        for _ in 0..<400 {
            do { _ = try await ec2.describeInstances(filters: []) } catch { failures += 1 }
            // What a call itself takes.
            time.advance(by: .milliseconds(5))
        }
        let (taken, refused) = bucket.counts
        #expect(taken + failures >= 400)
        #expect(failures < 20, "\(failures) of 400 calls failed")
        #expect(Double(refused) < 0.5 * Double(taken), "\(refused) were refused for \(taken)")
    }
}
