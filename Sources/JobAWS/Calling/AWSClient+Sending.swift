internal import JobCore
package import JobTransport
internal import Logging

extension AWSClient {
    /// Sends a call and reads the answer into memory.
    ///
    /// - Throws: ``AWSError``; ``CredentialTrouble``; ``AWSConfigurationError``; `CancellationError`.
    package func send(_ call: AWSCall) async throws -> AWSAnswer {
        try await send(call) { response in
            let body = try await response.body.collect(upTo: call.maximumAnswer)
            return AWSAnswer(status: response.status, headers: response.headers, body: body)
        }
    }

    /// Sends a call and lets `read` take the answer; it is called again for each try.
    package func send<Value: Sendable>(
        _ call: AWSCall, reading read: (HTTPResponse) async throws -> Value
    ) async throws -> Value {
        var course = CallCourse(retry: retry)
        while true {
            let wait = takeTurn(call)
            if wait > .zero { try await time.sleep(for: wait) }
            let keys = call.isSigned ? try await credentials.credentials() : nil
            do {
                let value = try await tryOnce(call, keys, reading: read)
                withState { state in
                    state.quota.succeeded(paid: course.paid)
                    learn(call, throttled: false, &state)
                }
                return value
            } catch let failure as FailedTry {
                try await recover(from: failure, call: call, keys: keys, course: &course)
            }
        }
    }

    /// Does what helps before the call is sent again.
    ///
    /// - Throws: ``AWSError`` when nothing does.
    private func recover(
        from failure: FailedTry, call: AWSCall, keys: AWSCredentials?, course: inout CallCourse
    ) async throws {
        let now = time.now
        let unit = random.unit()
        let step = withState { state in
            learn(call, throttled: failure.error.category == .throttling, &state)
            return course.next(
                after: failure, clock: now + state.clockOffset, unit: unit, quota: &state.quota)
        }
        logger.debug(
            "a call to AWS failed",
            metadata: [
                "aws.operation": "\(call.operation)", "aws.code": "\(failure.error.code)",
                "aws.request_id": "\(failure.error.requestID ?? "")", "aws.step": "\(step)",
            ])
        switch step {
        case .giveUp(let error): throw error
        case .wait(let delay): try await time.sleep(for: delay)
        case .setClock(let server): withState { $0.clockOffset = server - now }
        case .renewCredentials: if let keys { credentials.forget(keys) }
        }
    }

    private func takeTurn(_ call: AWSCall) -> Duration {
        guard retry.adapts else { return .zero }
        let uptime = time.uptime
        return withState { $0.rates[call.rateKey]?.wait(at: uptime) ?? .zero }
    }

    private func learn(_ call: AWSCall, throttled: Bool, _ state: inout ClientState) {
        guard retry.adapts else { return }
        state.rates[call.rateKey, default: AdaptiveRate()].answered(throttled: throttled, at: time.uptime)
    }

    private func tryOnce<Value: Sendable>(
        _ call: AWSCall, _ keys: AWSCredentials?, reading read: (HTTPResponse) async throws -> Value
    ) async throws -> Value {
        do {
            let request = try self.request(call, keys)
            let response = try await transport.send(request)
            guard (200..<300).contains(response.status) else {
                throw FailedTry(call, response, body: try await response.body.collect(upTo: 1 << 20))
            }
            return try await read(response)
        } catch let error as TransportError {
            throw FailedTry(call, error)
        }
    }

    /// The request of one try, signed.
    private func request(_ call: AWSCall, _ keys: AWSCredentials?) throws -> HTTPRequest {
        let base = try endpoints.url(of: call.service, in: region, hostPrefix: call.hostPrefix)
        var request = HTTPRequest(
            method: call.method, url: base + call.path + (call.query.map { "?\($0)" } ?? ""), headers: call.headers,
            body: call.body.isEmpty ? .none : .bytes(call.body),
            timeouts: HTTPTimeouts(connect: .seconds(10), total: call.timeout, idle: .seconds(30)))
        request.headers["User-Agent"] = "jobkit"
        guard let keys else { return request }
        let signer = SigV4Signer(credentials: keys, region: region.name, service: call.service.name)
        return try signer.signing(request, payload: .bytes(call.body), at: time.now + clockOffset)
    }
}

extension AWSCall {
    /// EC2 counts each operation by itself.
    var rateKey: String { "\(service.name).\(operation)" }
}
