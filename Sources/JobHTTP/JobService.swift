public import Hummingbird
public import JobCore
public import Logging

/// The job service as routes: what submits, shows, changes and watches the jobs of a store over HTTP.
///
/// The routes translate between HTTP and JobCore and decide nothing. They can be mounted, all or some, on any
/// Hummingbird router; ``JobServer`` is a server of its own that has them all. A service that sends events must also
/// run: it is a `Service` for the program's service group.
public struct JobService: Sendable {
    /// Where the jobs are.
    public let store: any ServiceStore
    /// What callers may do.
    public let configuration: Configuration
    /// Gets trouble that no caller can be told of.
    public let logger: Logger
    let time: TimeSource
    let authenticator: Authenticator
    let replies: ReplyMemory
    let claims: ReplyMemory
    let claimSizes = ClaimSizes()
    let hub: EventHub
    let rendered = RenderedJobs()
    let reporters: ReporterNames

    /// Makes a service.
    ///
    /// - Parameters:
    ///   - store: where the jobs are.
    ///   - configuration: what callers may do.
    ///   - time: where "now" comes from; the same as the store's.
    ///   - logger: gets trouble that no caller can be told of.
    public init(
        store: any ServiceStore, configuration: Configuration = Configuration(), time: TimeSource = .system,
        logger: Logger
    ) {
        self.store = store
        self.configuration = configuration
        self.time = time
        self.logger = logger
        replies = ReplyMemory(time: time)
        claims = ReplyMemory(time: time)
        reporters = ReporterNames(time: time)
        hub = EventHub(store: store, time: time, logger: logger)
        let cache = TokenCache(time: time)
        authenticator = Authenticator(
            store: store, policy: configuration.access, origins: OriginCheck(hosts: configuration.hosts), time: time,
            cache: cache,
            limiter: configuration.requestsPerSecond.map { RateLimiter(perSecond: $0, time: time) },
            sessions: SessionKeeper(
                store: store, cache: cache, time: time, isSecure: configuration.isSecure,
                path: configuration.pathPrefix))
    }

    /// Every call of the API.
    public var routes: [Route] { api + queueProtocol + operations + dashboard }

    /// The calls under `/v1`, without those about the server itself.
    var api: [Route] { jobs + events + queues + workers + enrolment }

    /// Mounts all routes on a router.
    ///
    /// - Parameter router: the router or a group of it; paths such as `/v1/jobs` stand below it.
    public func addRoutes<Context: RequestContext>(to router: some RouterMethods<Context>) {
        add(routes, to: router)
    }

    /// Mounts some routes on a router, such as ``jobs`` alone; other methods of the same paths answer 405.
    ///
    /// - Parameters:
    ///   - routes: the calls; those of one path must be mounted together.
    ///   - router: the router or a group of it.
    public func add<Context: RequestContext>(_ routes: [Route], to router: some RouterMethods<Context>) {
        for (path, methods) in Dictionary(grouping: routes, by: \.path) {
            let template = RouterPath(path)
            for route in methods {
                router.on(template, method: route.method, responder: RouteResponder<Context>(self, route))
                if route.method == .get {
                    router.on(template, method: .head, responder: RouteResponder<Context>(self, route))
                }
            }
            var known = methods.map(\.method)
            if known.contains(.get) { known.append(.head) }
            for method in Self.allMethods where !known.contains(method) {
                router.on(template, method: method, responder: NotAllowedResponder<Context>(allowed: known))
            }
        }
    }

    private static let allMethods: [HTTPRequest.Method] = [
        .get, .head, .post, .put, .patch, .delete, .options, .trace, .connect, .query,
    ]
}

extension HTTPRequest.Method {
    // https://www.ietf.org/archive/id/draft-ietf-httpbis-safe-method-w-body-11.html
    fileprivate static var query: Self { HTTPRequest.Method("QUERY") ?? .options }
}
