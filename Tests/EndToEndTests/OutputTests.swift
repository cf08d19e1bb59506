import JobCore
import Testing

/// What a command does where it cannot print.
@Suite struct OutputTests {
    private static let plain = "name: plain\nsteps: [{name: s, command: {argv: [echo, hello]}}]"

    @Test("A program without standard descriptors prints into none of its own files", .timeLimit(.minutes(1)))
    func closedDescriptors() async throws {
        let workspace = try Workspace()
        try workspace.write("job.yaml", Self.plain)
        let outcome = try await workspace.shell("'\(Workspace.program)' run job.yaml <&- >&- 2>&-")
        #expect(outcome.code == 0)
        #expect(try await workspace.jobctl("list", "--json").json["jobs"]?[0]?["status"] == "succeeded")
    }

    @Test("A full disk is an input/output error, and a reader that goes away is none", .timeLimit(.minutes(1)))
    func brokenOutput() async throws {
        let workspace = try Workspace()
        _ = try await workspace.submit(Self.plain)
        let program = Workspace.program
        let full = try await workspace.shell("'\(program)' list > /dev/full")
        #expect(full.code == 74)
        #expect(full.errors.contains("cannot write to standard output"))
        let gone = try await workspace.shell("{ '\(program)' completions bash; echo $? >&2; } | head -1 > /dev/null")
        #expect(gone.errors == "0\n")
    }
}
