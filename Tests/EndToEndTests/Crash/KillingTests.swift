import Foundation
import Subprocess
import SystemPackage
import Testing

/// The short form of `Scripts/crash`.
@Suite struct KillingTests {
    private static let script = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent().removingLastComponent().appending("Scripts/crash")

    @Test("Nothing is lost, repeated or left when commands are killed or the disk fails", .timeLimit(.minutes(5)))
    func crash() async throws {
        let kills = ProcessInfo.processInfo.environment["JOBCTL_CRASH_SCRIPT_KILLS"] ?? "40"
        let result = try await Subprocess.run(
            .name("python3"),
            arguments: [Self.script.string, "--kills", kills, "--seed", "1", "--program", Workspace.program],
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        let text = result.standardOutput + result.standardError
        #expect(result.terminationStatus == .exited(0), "\(text)")
    }
}
