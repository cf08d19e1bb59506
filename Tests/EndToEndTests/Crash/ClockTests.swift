import Foundation
import JobCore
import Testing

/// Processes whose clocks are wrong.
@Suite struct ClockTests {
    @Test("Workers whose clocks are an hour apart share a store", .timeLimit(.minutes(2)))
    func skewedWorkers() async throws {
        let workspace = try Workspace()
        let clock = try await WrongClock(workspace)
        let job = "name: ledger\nsteps: [{name: a, command: {shell: 'echo $JOB_ID >> ledger'}}]"
        let ids = try await workspace.submit(Array(repeating: job, count: 40).joined(separator: "\n---\n"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for shift in [-3_600, 3_600] {
                let environment = try clock.set(shift, name: "shift\(shift)")
                group.addTask {
                    let outcome = try await workspace.jobctl(
                        "worker", "--until-empty", "--concurrency", "2", environment: environment)
                    #expect(outcome.code == 0, "\(outcome)")
                }
            }
            try await group.waitForAll()
        }
        // The one whose clock is behind sees jobs that are not due yet; it ends when the other has done them.
        #expect(workspace.lines(of: "ledger").sorted() == ids.sorted())
        for id in ids { #expect(try await workspace.show(id)["status"] == "succeeded") }
    }

    @Test("A clock that is set while a job runs neither ends its step nor takes its lease", .timeLimit(.minutes(2)))
    func jumpingClock() async throws {
        let workspace = try Workspace()
        let clock = try await WrongClock(workspace)
        let begun = try Fifo(workspace.path("begun"))
        let claimed = try Fifo(workspace.path("claimed"))
        let goOn = try Fifo(workspace.path("go-on"))
        let ids = try await workspace.submit(
            """
            name: held
            steps: [{name: a, timeout: 1h, command: {shell: 'echo x >> ledger; echo x > begun; cat go-on'}}]
            """)
        let environment = try clock.set(0)
        let (_, outcome) = try await workspace.withJobctl(
            "worker", "--until-empty", "--lease", "30s", environment: environment
        ) { _ in
            _ = try await begun.read()
            try clock.set(86_400)
            // Claimed at the new time, when the first job's lease seems to be over.
            _ = try await workspace.submit("name: later\nsteps: [{name: a, command: {shell: 'echo x > claimed'}}]")
            _ = try await claimed.read()
            try await goOn.open()
        }
        #expect(outcome.code == 0, "\(outcome)")
        #expect(workspace.lines(of: "ledger") == ["x"])
        let job = try await workspace.show(ids[0])
        #expect(job["status"] == "succeeded")
        #expect(job["attempts"]?[0]?["outcome"] == "succeeded")
    }
}

/// A library that moves what a program sees of the wall clock, by as many seconds as stand in a file.
///
/// Made here, because the well-known one also moves the times of timers, so that they ring at once or never.
private struct WrongClock {
    private let library: String
    private let workspace: Workspace

    init(_ workspace: Workspace) async throws {
        self.workspace = workspace
        library = workspace.path("clock.so")
        try workspace.write("clock.c", Self.source)
        let made = try await workspace.shell("clang -shared -fPIC -O1 -o clock.so clock.c")
        guard made.code == 0 else { throw Workspace.Failure(text: made.errors) }
        // A library that is not loaded would leave the clock right, and the tests without meaning.
        _ = try set(3_600, name: "trial")
        let trial = try await workspace.shell(
            "echo $(($(LD_PRELOAD='\(library)' WRONG_CLOCK='\(workspace.path("trial"))' date +%s) - $(date +%s)))")
        let shift = try #require(trial.lines.first.flatMap { Int($0) })
        #expect((3_590...3_610).contains(shift), "the clock does not move: \(trial)")
    }

    /// Sets a clock and returns the environment of its programs.
    @discardableResult
    func set(_ seconds: Int, name: String = "shift") throws -> [String: String] {
        // Renamed into place, so that nobody reads half of it.
        try workspace.write("\(name).new", "\(seconds)")
        let (new, old) = (workspace.path("\(name).new"), workspace.path(name))
        guard rename(new, old) == 0 else { throw Workspace.Failure(text: "no clock: \(errno)") }
        return ["LD_PRELOAD": library, "WRONG_CLOCK": old]
    }

    private static let source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <fcntl.h>
        #include <stdlib.h>
        #include <sys/time.h>
        #include <time.h>
        #include <unistd.h>

        static long shift(void) {
            const char *path = getenv("WRONG_CLOCK");
            char text[32];
            int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
            if (file < 0) return 0;
            ssize_t count = read(file, text, sizeof text - 1);
            close(file);
            text[count > 0 ? count : 0] = 0;
            return atol(text);
        }

        int clock_gettime(clockid_t clock, struct timespec *now) {
            static int (*real)(clockid_t, struct timespec *);
            if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
            int result = real(clock, now);
            if (result == 0 && clock == CLOCK_REALTIME) now->tv_sec += shift();
            return result;
        }

        int gettimeofday(struct timeval *now, void *zone) {
            struct timespec time;
            clock_gettime(CLOCK_REALTIME, &time);
            now->tv_sec = time.tv_sec;
            now->tv_usec = time.tv_nsec / 1000;
            return 0;
        }
        """
}
