internal import HTTPTypes
internal import Hummingbird
internal import JobCore
internal import NIOCore

extension JobService {
    /// `GET /v1/jobs/{id}/logs`: what a job printed, from an offset on; with `follow`, until it has finished.
    func readLog(_ request: JobRequest) async throws -> Response {
        let id = try request.jobID()
        var query = try QueryReader(request.request.uri.query)
        let offset: Int64 = query.integer("offset", 0...Int64.max) ?? 0
        let limit: Int = query.integer("limit", 1...Self.longestLogPart) ?? Self.usualLogPart
        let follows = query.bool("follow") ?? false
        try query.finish()
        _ = try await visibleJob(id, for: request.principal)
        guard let page = try await store.log(of: id, from: offset, limit: limit) else { throw Problem.noSuchJob }
        var headers = Self.logHeaders
        guard follows else {
            headers[Self.nextOffset] = "\(page.nextOffset)"
            headers[Self.complete] = page.isComplete ? "true" : "false"
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: page.buffer))
        }
        let body = request.request.body
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                // Nothing is written while a job is silent, so a client that goes away must be noticed otherwise.
                _ = try await body.consumeWithCancellationOnInboundClose { _ in
                    try await follow(id, from: page, for: request, writer: &writer)
                }
                try await writer.finish(nil)
            })
    }

    /// Writes a page and all that comes after it, until the job has finished, the caller may not read it any more, or
    /// the server ends.
    @concurrent private func follow(
        _ id: JobID, from page: LogPage, for request: JobRequest, writer: inout any ResponseBodyWriter
    ) async throws {
        let (looks, look) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let signals = store.signals(for: .job(id))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in signals.endingWithServer() { look.yield() }
                look.finish()
            }
            group.addTask { [time] in
                // A token may end while the job is silent.
                while (try? await time.sleep(for: EventHub.silence)) != nil { look.yield() }
            }
            defer { group.cancelAll() }
            try await follow(id, from: page, for: request, at: looks, writer: &writer)
        }
    }

    @concurrent private func follow(
        _ id: JobID, from page: LogPage, for request: JobRequest, at looks: AsyncStream<Void>,
        writer: inout any ResponseBodyWriter
    ) async throws {
        var looks = looks.makeAsyncIterator()
        var admission = Admission(request, to: Self.reading, authenticator)
        var page = page
        var position: Int64 = -1
        while true {
            if page.buffer.readableBytes > 0 { try await writer.write(page.buffer) }
            if page.isComplete { return }
            // A page that brought something may have another after it.
            if page.nextOffset == position, await looks.next(isolation: #isolation) == nil { return }
            position = page.nextOffset
            guard let caller = await admission.caller(), try await store.job(id).map(caller.mayRead) ?? false,
                let next = try await store.log(of: id, from: position, limit: Self.usualLogPart)
            else { return }
            page = next
        }
    }

    static let usualLogPart = 1 << 20
    static let longestLogPart = 16 << 20

    private static let nextOffset = HTTPField.Name("Log-Next-Offset") ?? .range
    private static let complete = HTTPField.Name("Log-Complete") ?? .range

    /// Never anything but text, whatever a job prints.
    private static let logHeaders: HTTPFields = [
        .contentType: "text/plain; charset=utf-8", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
    ]
}

extension LogPage {
    /// The bytes of all entries.
    fileprivate var buffer: ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(entries.reduce(0) { $0 + $1.bytes.count })
        for entry in entries { buffer.writeBytes(entry.bytes) }
        return buffer
    }
}
