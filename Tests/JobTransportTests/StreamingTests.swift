import JobTransport
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct StreamingTests {
    private static let chunk = [UInt8](repeating: 7, count: 64 * 1024)

    /// Reads the body and answers with its framing and size.
    private func sink(counting received: Counter = Counter()) throws -> TestServer {
        try TestServer { request, connection in
            var total = 0
            try connection.readBody(request) { part in
                total += part.count
                received.add(part.count)
            }
            let framing = request["Content-Length"] ?? request["Transfer-Encoding"] ?? "none"
            try connection.respond(200, body: "\(framing) \(total)")
        }
    }

    private func chunks(_ count: Int) -> AsyncStream<[UInt8]> {
        let made = Counter()
        return AsyncStream { made.add() <= count ? Self.chunk : nil }
    }

    @Test func `a stream of unknown length is sent in chunks`() async throws {
        let server = try sink()
        let transport = try CurlTransport()
        let request = HTTPRequest(method: .post, url: server.url, body: .stream(chunks(20)))
        #expect(try await transport.send(request).text() == "chunked \(20 * 65536)")
        await transport.shutdown()
    }

    @Test func `a stream of known length says its length`() async throws {
        let server = try sink()
        let transport = try CurlTransport()
        let request = HTTPRequest(method: .put, url: server.url, body: .stream(chunks(2), length: 2 * 65536))
        #expect(try await transport.send(request).text() == "131072 131072")
        await transport.shutdown()
    }

    @Test(arguments: [1, 100_000, 200_000])
    func `a stream of another length than said fails`(_ length: Int) async throws {
        let server = try sink()
        let transport = try CurlTransport()
        let request = HTTPRequest(method: .put, url: server.url, body: .stream(chunks(2), length: length))
        let error = await transportError { _ = try await transport.send(request) }
        #expect(error?.code == .bodyFailed)
        await transport.shutdown()
    }

    @Test func `an error of the stream fails the request and is its cause`() async throws {
        struct Broken: Error {}
        let server = try sink()
        let transport = try CurlTransport()
        let stream = AsyncThrowingStream<[UInt8], any Error> { throw Broken() }
        let error = await transportError {
            _ = try await transport.send(HTTPRequest(method: .post, url: server.url, body: .stream(stream)))
        }
        #expect(error?.code == .bodyFailed)
        #expect(error?.cause is Broken)
        await transport.shutdown()
    }

    @Test func `a producer that is faster than the server has to wait`() async throws {
        let received = Counter()
        let produced = Counter()
        let widest = Mutex(0)
        let server = try sink(counting: received)
        let transport = try CurlTransport()
        let total = 1024
        let stream = AsyncStream<[UInt8]> {
            let ahead = produced.value - received.value
            widest.withLock { $0 = max($0, ahead) }
            return produced.add(65536) <= total * 65536 ? Self.chunk : nil
        }
        let request = HTTPRequest(method: .post, url: server.url, body: .stream(stream))
        #expect(try await transport.send(request).text() == "chunked \(total * 65536)")
        // Our buffer and both kernel buffers; without back-pressure it comes near the 64 MiB of the whole body.
        #expect(widest.withLock { $0 } < 24 << 20)
        await transport.shutdown()
    }

    @Test func `a server that is faster than the reader has to wait`() async throws {
        let pushed = Counter()
        let total = 2048
        let server = try TestServer { _, connection in
            try connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in 0..<total {
                try connection.writeChunk(Self.chunk)
                pushed.add(65536)
            }
            try connection.write("0\r\n\r\n")
        }
        let transport = try CurlTransport()
        let response = try await transport.send(HTTPRequest(url: server.url))
        await server.heldBack.wait()
        #expect(pushed.value < 32 << 20)
        var received = 0
        for try await chunk in response.body { received += chunk.count }
        #expect(received == total * 65536)
        await transport.shutdown()
    }

    @Test func `the response can be read while the request is still being sent`() async throws {
        let server = try TestServer { request, connection in
            try connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            try connection.readBody(request) { part in try? connection.writeChunk(Array(part)) }
            try connection.write("0\r\n\r\n")
        }
        let transport = try CurlTransport()
        let (stream, input) = AsyncStream<[UInt8]>.makeStream()
        let response = try await transport.send(HTTPRequest(method: .post, url: server.url, body: .stream(stream)))
        var reader = response.body.makeAsyncIterator()
        input.yield(Array("ping".utf8))
        #expect(try await reader.next() == Array("ping".utf8))
        input.yield(Array("pong".utf8))
        #expect(try await reader.next() == Array("pong".utf8))
        input.finish()
        #expect(try await reader.next() == nil)
        await transport.shutdown()
    }

    @Test func `letting go of the body cancels the stream being sent`() async throws {
        let stopped = Gate()
        let server = try TestServer { _, connection in
            try connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            connection.waitForClose()
        }
        let transport = try CurlTransport()
        let (stream, input) = AsyncStream<[UInt8]>.makeStream()
        input.onTermination = { _ in stopped.open() }
        _ = try await transport.send(HTTPRequest(method: .post, url: server.url, body: .stream(stream)))
        await stopped.wait()
        await transport.shutdown()
    }

    @Test func `a body that breaks off gives what arrived and then the error`() async throws {
        let server = try TestServer { _, connection in
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            connection.isDone = true
        }
        let transport = try CurlTransport()
        let response = try await transport.send(HTTPRequest(url: server.url))
        var received: [UInt8] = []
        let error = await transportError { for try await chunk in response.body { received += chunk } }
        #expect(error?.code == .closedEarly)
        #expect(error?.isTransient == true)
        #expect(received == Array("half".utf8))
        await transport.shutdown()
    }
}
