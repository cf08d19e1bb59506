internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import JobCore
internal import Logging
internal import NIOCore

/// Sends what changes of one page until the browser goes away, the session ends, or the server does.
struct LiveStream: Sendable {
    let service: JobService
    let request: JobRequest
    let interest: SignalInterest
    /// The job whose log is sent; nil for none.
    let job: JobID?
    let make: @Sendable (Visitor) async throws -> Screen

    /// The shortest time between two looks at the store.
    private static let pause = Duration.milliseconds(500)
    /// The longest time without one, since a waiting job becomes queued and a session ends without a signal.
    private static let silence = Duration.seconds(10)

    /// Writes events until there is nothing more to tell.
    @concurrent
    func run(_ writer: inout any ResponseBodyWriter) async throws {
        try await writer.write(EventText.welcome)
        let (looks, look) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        look.yield()
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (store, time, interest) = (service.store, service.time, interest)
            group.addTask {
                for await _ in store.signals(for: interest).endingWithServer() { look.yield() }
                look.finish()
            }
            group.addTask {
                while (try? await time.sleep(for: Self.silence)) != nil { look.yield() }
            }
            defer { group.cancelAll() }
            do { try await write(at: looks, &writer) } catch let error as QueueError {
                // The browser comes again, and by then the store may answer.
                service.logger.warning("A page could not be kept up to date", metadata: ["error": "\(error)"])
            }
        }
    }

    @concurrent
    private func write(at looks: AsyncStream<Void>, _ writer: inout any ResponseBodyWriter) async throws {
        var sent: [String: String] = [:]
        var log = try await logText()
        for await _ in looks {
            guard let visitor = try await service.visitor(of: request, isCounted: false),
                visitor.principal.has(.read)
            else {
                return try await writer.write(LiveEvent.end("session"))
            }
            let started = service.time.uptime
            let screen: Screen
            do { screen = try await make(visitor) } catch let problem as Problem where problem.status == .notFound {
                return try await writer.write(LiveEvent.end("gone"))
            }
            let isComplete = try await write(&log, &writer)
            let wrote = try await write(screen, visitor, &sent, &writer)
            // A job that has finished can begin again by a retry, and then its page is loaded again.
            if job != nil, screen.live == nil, isComplete { return try await writer.write(LiveEvent.end("finished")) }
            if !wrote { try await writer.write(EventText.stillHere) }
            // A large store is looked at less often, so that many pages do not wear it out.
            try await service.time.sleep(for: max(Self.pause, (service.time.uptime - started) * 10))
        }
    }

    @concurrent
    private func write(
        _ screen: Screen, _ visitor: Visitor, _ sent: inout [String: String],
        _ writer: inout any ResponseBodyWriter
    ) async throws -> Bool {
        var view = service.frame(visitor, title: screen.title, section: screen.section)
        view.add(screen.view)
        var wrote = false
        for name in screen.regions {
            let html = Templates.dashboard.render(view, name)
            let hash = LiveEvent.hash(html)
            guard sent[name] != hash else { continue }
            sent[name] = hash
            try await writer.write(LiveEvent.region(name, html))
            wrote = true
        }
        return wrote
    }

    /// Writes what was printed; says whether that was all there will be.
    @concurrent
    private func write(_ log: inout LogText?, _ writer: inout any ResponseBodyWriter) async throws -> Bool {
        guard let job, var text = log else { return true }
        while let page = try await service.store.log(of: job, from: text.position.offset, limit: JobService.logPart) {
            let pieces = text.add(page)
            log = text
            if !pieces.isEmpty {
                let html = Templates.dashboard.render(View(["log": pieces]), "log_lines")
                try await writer.write(LiveEvent.log(html, text.position))
            }
            if page.isComplete { return true }
            if page.entries.isEmpty { return false }
        }
        return true
    }

    private func logText() async throws -> LogText? {
        guard let job, let spec = try await service.store.job(job)?.spec else { return nil }
        let last = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] }.flatMap { LogPosition($0) }
        let asked = LogPosition(JobSearch.value("log", in: request.request.uri.query))
        return LogText(steps: spec.steps.map(\.name), from: last ?? asked ?? LogPosition())
    }
}
