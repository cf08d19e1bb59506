import Glibc
import JobCore
import JobHTTP
import JobTransport
import Testing

@Suite(.timeLimit(.minutes(1))) struct MetricsTests {
    /// `promtool` comes with Debian's package prometheus.
    @Test func theMetricsPassPromtool() async throws {
        let page = try await LiveServer.with { server in
            _ = try await server.post("/v1/jobs", Body.job())
            return try await server.get("/metrics")
        }
        #expect(page.headers["Content-Type"]?.hasPrefix("text/plain; version=0.0.4") ?? false)
        #expect(page.text.contains(#"jobkit_jobs{queue="default",status="queued"} 1"#))
        let path = "/tmp/jobkit-metrics-\(JobID())"
        let file = try #require(fopen(path, "w"))
        fputs(page.text, file)
        fclose(file)
        defer { unlink(path) }
        let status = await withCheckedContinuation { continuation in
            startThread { continuation.resume(returning: system("promtool check metrics < \(path) >\(path).out 2>&1")) }
        }
        defer { unlink("\(path).out") }
        #expect(status == 0, "promtool refuses the page or is not installed")
    }
}
