public import JobCore
public import JobTransport
internal import Synchronization

/// A store on a JobKit server: a worker on any machine is the same `JobRunner` with this queue.
///
/// It keeps the whole contract of the server's own store. Calls whose answer is lost are repeated, which is safe: jobs
/// are known by their ids, writes of a running job by its lease, output by its numbers, and leases whose answer was
/// lost are asked for again. Only the transport and this queue hold the token; no error and no log shows it.
public final class RemoteQueue: Sendable {
    let calls: ServerCalls
    let leases = RemoteLeases()
    let hints: RemoteSignals

    /// Makes a queue; connects when it is used first.
    ///
    /// - Parameters:
    ///   - server: where it is.
    ///   - transport: carries the requests; shut down by whoever made it.
    ///   - time: clocks, for waits between tries.
    ///   - random: for jitter and the names of requests.
    public init(
        server: ServerAddress, transport: any HTTPTransport, time: TimeSource = .system, random: RandomSource = .system
    ) {
        calls = ServerCalls(server: server, transport: transport, time: time, random: random)
        hints = RemoteSignals(calls: calls)
    }

    deinit {
        hints.close()
    }

    /// Ends all streams of signals, now and later; the server keeps what it has.
    public func close() {
        hints.close()
    }

    /// Sends one message and reads the reply.
    func ask<Reply: WireValue>(
        _ route: QueueRoute, _ message: some WireValue, name: String? = nil
    ) async throws -> Reply {
        let bytes = message.encoded
        return try await ask(route, name: name, body: { _ in bytes }, read: Reply.init(decoding:))
    }

    /// Sends a message that depends on what may have happened before, and reads the reply.
    ///
    /// - Parameters:
    ///   - route: the call.
    ///   - name: names the request where its repetition could be answered otherwise than the first was.
    ///   - wait: how long the server may take besides.
    ///   - body: makes the message; told whether an earlier one may have been carried out.
    ///   - read: reads the reply.
    func ask<Reply>(
        _ route: QueueRoute, name: String? = nil, wait: Duration = .zero, body: (_ mayBeDone: Bool) -> [UInt8],
        read: ([UInt8]) throws(WireFault) -> Reply
    ) async throws -> Reply {
        var call = ServerCalls.Call(path: route.path, operation: route.rawValue, wait: wait)
        if let name { call.headers["Idempotency-Key"] = name }
        let answer = try await calls.send(call, body: body)
        do throws(WireFault) { return try read(answer.body) } catch {
            throw QueueError(
                .failed, operation: route.rawValue,
                detail: "the answer of the server \(calls.server.url) cannot be read: \(error)")
        }
    }
}
