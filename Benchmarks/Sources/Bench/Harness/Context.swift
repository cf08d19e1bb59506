#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What all rows share: where things are, and how to measure in turns.
final class Context {
    /// The built peers and the Python files.
    let peers: String
    /// A Python with the peers' packages; nil when there is none.
    let python: String?
    /// The built `jobctl`.
    let jobctl: String
    /// This program.
    let itself: String
    /// How often each pair is measured.
    let pairs: Int
    /// Whether peers and limits are left out, for profiling.
    let isAlone: Bool
    /// A folder for stores, removed at the end.
    let folder: String
    private var nextFolder = 0

    init(peers: String, python: String?, jobctl: String, itself: String, pairs: Int, isAlone: Bool) throws {
        self.peers = peers
        self.python = python
        self.jobctl = jobctl
        self.itself = itself
        self.pairs = pairs
        self.isAlone = isAlone
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/jobkit-bench-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw BenchError("no folder can be made in \(parent)") }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func cleanUp() { Files.remove(folder) }

    /// Calls a body with a new folder and removes that afterwards.
    func withFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        nextFolder += 1
        let path = "\(folder)/\(nextFolder)"
        try Files.makeFolder(path)
        defer { Files.remove(path) }
        return try await body(path)
    }

    /// Runs a C program of the peers in a new folder, whose path takes the place of `@`.
    func limit(_ arguments: String...) async throws -> Double {
        try await withFolder { folder in
            let argv = arguments.map { $0.hasPrefix("@") ? folder + $0.dropFirst() : $0 }
            return try Child.figure(["\(peers)/\(argv[0])"] + argv.dropFirst())
        }
    }

    /// Runs a Python peer in a new folder, given as its last argument.
    func script(_ arguments: String...) async throws -> String {
        guard let python else { throw BenchError("there is no Python with the peers") }
        return try await withFolder { folder in
            try Child.run(
                [python, "\(peers)/\(arguments[0])"] + arguments.dropFirst() + [folder],
                environment: ["PYTHONPATH": peers, "PYTHONDONTWRITEBYTECODE": "1"], isSilent: true)
        }
    }

    func scriptFigure(_ name: String, _ mode: String, _ count: Int) async throws -> Double {
        let text = try await script(name, mode, String(count))
        guard let value = Double(text.split(whereSeparator: \.isNewline).last ?? "") else {
            throw BenchError("\(name) printed no number: \(text)")
        }
        return value
    }

    /// Measures ours and theirs in turns, so that both meet the same weather.
    ///
    /// A peer that fails is left out from then on, with a word about it.
    func inTurns(
        _ ours: () async throws -> Double, _ theirs: (() async throws -> Double)...
    ) async throws -> (ours: [Double], theirs: [[Double]]) {
        var figures: [Double] = []
        var others = theirs.map { _ in [Double]() }
        var failed = Set(isAlone ? Array(theirs.indices) : [])
        for _ in 0..<pairs {
            figures.append(try await ours())
            for (index, body) in theirs.enumerated() where !failed.contains(index) {
                do {
                    others[index].append(try await body())
                } catch {
                    Self.tell("bench: left out: \(error)")
                    failed.insert(index)
                }
            }
        }
        return (figures, others)
    }

    /// Tells what is being done, beside the table.
    static func tell(_ line: String) {
        Console.write("\(line)\n", to: STDERR_FILENO)
    }
}

/// Quotients of the figures of each pair.
func ratios(_ ours: [Double], _ theirs: [Double]) -> [Double] {
    zip(ours, theirs).map { $1 == 0 ? 0 : $0 / $1 }
}

/// Seconds that a body takes.
func seconds(_ body: () async throws -> Void) async rethrows -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    try await body()
    let (seconds, attoseconds) = (clock.now - start).components
    return Double(seconds) + Double(attoseconds) * 1e-18
}
