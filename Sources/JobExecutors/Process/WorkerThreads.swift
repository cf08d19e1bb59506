internal import Dispatch
internal import Glibc
internal import Synchronization

/// Threads for work that blocks, which must never run on the cooperative pool.
///
/// Each call has a thread to itself. Finished threads wait for further work, the most recent first, because starting
/// one costs as much as a small program's own start.
final class WorkerThreads: Sendable {
    /// The threads of all executors of the process.
    static let shared = WorkerThreads()

    private static let mostIdle = 32
    private static let stackBytes = 256 * 1024

    private let idle = Mutex<[Worker]>([])

    /// Runs `body` on a thread and returns what it returned; does not heed cancellation.
    ///
    /// - Throws: ``NoThread`` when the system gives no thread.
    func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let job: @Sendable () -> @Sendable () -> Void = {
                let value = body()
                return { continuation.resume(returning: value) }
            }
            if let worker = idle.withLock({ $0.popLast() }) {
                worker.give(job)
            } else {
                let worker = Worker(job)
                let problem = start(worker)
                if problem != 0 { continuation.resume(throwing: NoThread(number: problem)) }
            }
        }
    }

    /// Runs jobs until there are enough idle threads without this one.
    private func serve(_ worker: Worker) {
        while let job = worker.take() {
            let resume = job()
            let stays = idle.withLock { idle in
                guard idle.count < Self.mostIdle else { return false }
                idle.append(worker)
                return true
            }
            // After it is back in line, so that a caller's next call finds this thread and not a cold one.
            resume()
            guard stays else { return }
        }
    }

    private func start(_ worker: Worker) -> Int32 {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        pthread_attr_setstacksize(&attributes, Self.stackBytes)

        // Signals belong to the program's own threads. SIGCHLD is left open, because the kernel drops an ignored signal
        // at once only where it is not blocked; otherwise each child's end wakes the main thread for nothing.
        var blocked = sigset_t()
        var previous = sigset_t()
        sigfillset(&blocked)
        sigdelset(&blocked, SIGCHLD)
        pthread_sigmask(SIG_SETMASK, &blocked, &previous)
        defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }

        let entry = Unmanaged.passRetained(Entry { [self] in serve(worker) })
        var thread = pthread_t()
        let problem = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Entry>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, entry.toOpaque())
        if problem != 0 { entry.release() }
        return problem
    }

    private final class Entry {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// One thread's letter box.
    private final class Worker: Sendable {
        /// Does the work and returns what tells the caller about it.
        typealias Job = @Sendable () -> @Sendable () -> Void

        private let job: Mutex<Job?>
        private let given = DispatchSemaphore(value: 0)

        init(_ job: @escaping Job) {
            self.job = Mutex(job)
            given.signal()
        }

        func give(_ job: @escaping Job) {
            self.job.withLock { $0 = job }
            given.signal()
        }

        func take() -> Job? {
            given.wait()
            return job.withLock { $0.take() }
        }
    }
}

/// The system gave no thread.
struct NoThread: Error {
    /// The error number.
    let number: Int32
}
