import Dispatch
import Foundation
import Glibc
import Synchronization
import Testing

/// What every way of starting a process holds to.
///
/// Each test runs in a program of its own, whose signals, descriptors and children are nobody else's.
@Suite(.timeLimit(.minutes(1))) struct ProcessStartTests {
    @Test(arguments: StartWay.allCases)
    func `a program starts with default dispositions and no blocked signal, whatever its parent does`(
        _ way: StartWay
    ) async {
        await #expect(processExitsWith: .success) { [way] in
            // The first one for a program's own use is 34.
            for number in [SIGPIPE, SIGTERM, SIGHUP, 35] { _ = signal(number, SIG_IGN) }
            for number in [SIGUSR1, 36] { _ = signal(number) { _ in abort() } }
            var blocked = sigset_t()
            var after = sigset_t()
            sigemptyset(&blocked)
            for number in [SIGINT, SIGUSR2, SIGCHLD, 37] { sigaddset(&blocked, number) }
            pthread_sigmask(SIG_SETMASK, &blocked, nil)

            let program = StartedProgram.run("/bin/grep", "^Sig[BI]", "/proc/self/status", way: way)
            let masks = program.output.split(separator: "\n").compactMap { line in
                line.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) }
            }
            // Signals 32 and 33 are the C library's own.
            #expect(masks.map { $0 & ~0x1_8000_0000 } == [0, 0])
            pthread_sigmask(SIG_SETMASK, nil, &after)
            #expect((1...64).map { sigismember(&after, $0) } == (1...64).map { sigismember(&blocked, $0) })
        }
    }

    @Test(arguments: StartWay.allCases)
    func `a program leads a session and has its standard descriptors only`(_ way: StartWay) async {
        await #expect(processExitsWith: .success) { [way] in
            // Without the flag that closes them.
            for number: CInt in [60, 61, 900] { #expect(dup2(2, number) == number) }
            let session = StartedProgram.run("/bin/sh", "-c", "echo $$; cut -d' ' -f5,6 /proc/$$/stat", way: way)
            let numbers = session.output.split(whereSeparator: \.isWhitespace)
            #expect(numbers.count == 3 && Set(numbers).count == 1)
            // The fourth is the directory that it lists.
            let listed = StartedProgram.run("/bin/ls", "/proc/self/fd", way: way)
            #expect(listed.output == "0\n1\n2\n3\n")
        }
    }

    @Test(arguments: StartWay.allCases)
    func `a parent without standard descriptors gives its child all three`(_ way: StartWay) async {
        await #expect(processExitsWith: .success) { [way] in
            for number: CInt in 0...2 { close(number) }
            let program = StartedProgram.run("/bin/sh", "-c", "cat; echo out; echo error >&2", way: way)
            #expect(program.output == "out\n" && program.exitCode == 0)
        }
    }

    @Test(arguments: StartWay.allCases)
    func `what cannot be started says why and leaves neither a process nor a descriptor`(_ way: StartWay) async throws {
        let directory = try TemporaryDirectory()
        try directory.file("plain")
        try directory.file("binary", "\u{1}\u{2}", mode: 0o755)
        await #expect(processExitsWith: .success) { [way, path = directory.path as String] in
            let before = ProcessTable.ownEnds
            let attempts: [(program: String, directory: String, problem: CInt)] = [
                ("/no/such/program", "/", ENOENT), ("\(path)/plain", "/", EACCES), ("\(path)/binary", "/", ENOEXEC),
                ("\(path)/plain/x", "/", ENOTDIR), ("/bin/true", "\(path)/missing", ENOENT),
                ("/bin/true", "\(path)/plain", ENOTDIR),
            ]
            for attempt in attempts {
                let program = StartedProgram.run(attempt.program, way: way, directory: attempt.directory)
                #expect(program.problem == attempt.problem, "\(attempt): \(program.problem)")
            }
            #expect(!ProcessTable.hasChildren)
            #expect(ProcessTable.ownEnds == before)
        }
    }

    @Test(arguments: StartWay.allCases)
    func `a program's group can be ended, and its end is told`(_ way: StartWay) async {
        await #expect(processExitsWith: .success) { [way] in
            let program = StartedProgram.run("/bin/sh", "-c", "sleep 60 & sleep 60", way: way) { kill(-$0, SIGKILL) }
            #expect(program.signal == SIGKILL, "\(program)")
            #expect(!ProcessTable.hasChildren)
        }
    }

    @Test(arguments: StartWay.allCases)
    func `many threads start programs at once, and nothing is left of them`(_ way: StartWay) async {
        await #expect(processExitsWith: .success) { [way] in
            _ = StartedProgram.run("/bin/true", way: way)
            let before = ProcessTable.ownEnds
            let group = DispatchGroup()
            let right = Atomic(0)
            for number in 0..<200 {
                group.enter()
                Thread.detachNewThread {
                    defer { group.leave() }
                    let program = StartedProgram.run("/bin/sh", "-c", "echo \(number); exit 3", way: way)
                    guard program.output == "\(number)\n", program.exitCode == 3 else { return }
                    right.add(1, ordering: .relaxed)
                }
            }
            group.wait()
            #expect(right.load(ordering: .relaxed) == 200)
            #expect(!ProcessTable.hasChildren)
            #expect(ProcessTable.ownEnds == before)
        }
    }
}
