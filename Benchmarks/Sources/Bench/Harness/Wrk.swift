/// One run of `wrk` against a server on loopback.
struct Wrk {
    /// Answers a second.
    var rate: Double
    /// Milliseconds below which 99 of 100 answers came.
    var tail: Double

    /// What is asked for.
    struct Load {
        var url: String
        var connections = 64
        var seconds = 4
        var headers: [String: String] = [:]
        /// A Lua file that makes other requests than GET.
        var script: String?
    }

    /// Runs it; an answer other than 2xx and 3xx is an error, and so is a lost connection.
    init(_ load: Load) throws {
        var argv = ["wrk", "-t1", "-c\(load.connections)", "-d\(load.seconds)s", "--latency"]
        for (name, value) in load.headers { argv += ["-H", "\(name): \(value)"] }
        if let script = load.script { argv += ["-s", script] }
        let text = try Child.run(argv + [load.url])
        let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
        guard !text.contains("Non-2xx"), !text.contains("Socket errors"),
            let rate = lines.first(where: { $0.first == "Requests/sec:" })?.last.flatMap({ Double($0) }),
            let tail = lines.first(where: { $0.first == "99%" })?.last.flatMap(Self.milliseconds)
        else { throw BenchError("wrk against \(load.url) went wrong: \(text)") }
        self.rate = rate
        self.tail = tail
    }

    /// `1.53ms`, `270.00us`, `1.02s`.
    private static func milliseconds(_ text: Substring) -> Double? {
        for (unit, factor) in [("us", 0.001), ("ms", 1), ("s", 1_000), ("m", 60_000)] where text.hasSuffix(unit) {
            return Double(text.dropLast(unit.count)).map { $0 * factor }
        }
        return nil
    }
}
