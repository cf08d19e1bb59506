import JobCore
import JobHTTP
import Testing

/// Whatever jobs, workers and people name and print is shown as text.
@Suite(.timeLimit(.minutes(1))) struct DashboardEscapingTests {
    /// Texts that would become markup; each holds the mark by which it is found again.
    static let hostile = [
        "<script>alert('hostile')</script>", "</title><img src=x onerror=alert('hostile')>",
        "\" autofocus onfocus=hostile x=\"",
        // To Swift these are other characters than a quotation mark and a less-than sign; to browsers they are not.
        "\"\u{308} autofocus onfocus=hostile x=\"\u{308}", "<\u{301}<\u{200D}b hostile>", "'\u{308} onfocus=hostile '",
        "{{title}} {{{word}}} {{#live}} hostile", "&lt;hostile&gt; &amp;", "</pre></textarea></script><b>hostile",
        "hostile\u{202E}gnp.exe",
    ]

    /// Fails when a text stands in a page as markup.
    private func check(_ page: Answer, _ text: String, _ place: String) {
        #expect(page.status == 200, "\(place)")
        #expect(page.text.contains("hostile"), "\(place) does not show it")
        let escaped = Self.escaped(text)
        #expect(Array(page.text.utf8).containsBytes(escaped), "\(place) does not show it whole")
        if escaped != Array(text.utf8) {
            #expect(!Array(page.text.utf8).containsBytes(Array(text.utf8)), "\(place) shows it raw")
        }
    }

    private static func escaped(_ text: String) -> [UInt8] {
        let names: [UInt8: String] = [
            UInt8(ascii: "&"): "&amp;", UInt8(ascii: "<"): "&lt;", UInt8(ascii: ">"): "&gt;",
            UInt8(ascii: "\""): "&quot;", UInt8(ascii: "'"): "&#39;", UInt8(ascii: "`"): "&#96;",
        ]
        return text.utf8.flatMap { names[$0].map { Array($0.utf8) } ?? [$0] }
    }

    @Test(arguments: hostile) func namesTagsOutputsAndLogsAreShownAsText(_ text: String) async throws {
        try await LiveServer.with { server in
            let spec = JobSpec(
                name: text, tags: ["tag": text], metadata: ["about": text],
                steps: [StepSpec(name: text, action: .http(HTTPAction(url: "http://example.org/")))])
            let job = try await server.store.enqueue([NewJob(spec)])[0]
            let claim = try await server.claim()
            try await server.print("\(text)\n", claim, number: 0)
            let failure = StepFailure(
                .error, text, isRetryable: false, output: StepOutput(status: 500, headers: ["x": text], body: text))
            _ = try await server.store.apply(.failed(claim.key, failure), to: job.id)

            check(try await server.get("/"), text, "the overview")
            check(try await server.get("/jobs"), text, "the list")
            let page = try await server.get("/jobs/\(job.id)")
            check(page, text, "the job")
            let log = page.text[(page.text.firstRange(of: "<pre class=\"log\"")?.lowerBound ?? page.text.startIndex)...]
            #expect(Array(log.utf8).containsBytes(Self.escaped(text)), "the log does not show it")
            for query in ["q", "queue", "tag", "from"] {
                let encoded = text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
                check(try await server.get("/jobs?\(query)=\(encoded)"), text, "the field \(query)")
            }
        }
    }

    @Test(arguments: hostile) func workersAndTokensAreShownAsText(_ text: String) async throws {
        try await LiveServer.with { server in
            _ = try await server.store.report(
                WorkerReport(name: text, queues: ["default"], slots: 1, host: text, startedAt: TimeSource.system.now))
            check(try await server.get("/workers"), text, "the workers")
            let drained = try await Browser(server).drain(text)
            #expect(drained.status == 303)
            #expect(try await server.store.workers().first?.isDraining == true)
        }
    }

    @Test func terminalSequencesAndBrokenTextHarmNoLog() async throws {
        try await LiveServer.with { server in
            _ = try await server.post("/v1/jobs", Body.job("noisy"))
            let claim = try await server.claim()
            let colours = "\u{1B}[31mred\u{1B}[0m \u{1B}]0;title\u{7}plain\u{0}\u{8}\n10%\r20%\r\nsnow "
            try await server.print(colours, claim, number: 0)
            // One character in two pieces, and one of another stream after a piece that ends early.
            try await server.print([0xE2, 0x98], claim, number: 1)
            try await server.print([0x83, 0x0A], claim, number: 2)
            try await server.print([0xFF, 0xFE, 0x0A], claim, number: 3, stream: .stderr)
            let text = try await server.get("/jobs/\(claim.job.id)").text
            #expect(text.contains("red plain\n10%\n20%\nsnow \u{2603}\n"))
            #expect(text.contains(#"<span class="stderr">\#u{FFFD}\#u{FFFD}"#))
            #expect(!text.utf8.contains(0x1B))
        }
    }
}

extension Browser {
    /// Presses the button of a worker.
    fileprivate func drain(_ worker: String) async throws -> Answer {
        let word = try await get("/workers").word
        let name = worker.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return try await submit("/workers/\(name)/drain", word: word)
    }
}

extension Array where Element == UInt8 {
    fileprivate func containsBytes(_ part: [UInt8]) -> Bool { firstRange(of: part) != nil }
}
