import Glibc
import Synchronization

/// A flag that server threads wait for by blocking and test tasks by suspending; opens once.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var tasks: [CheckedContinuation<Void, Never>] = []
        var threads: [Semaphore] = []
    }

    private let state = Mutex(State())

    func open() {
        let (tasks, threads) = state.withLock { state in
            defer { state = State(isOpen: true) }
            return (state.tasks, state.threads)
        }
        for task in tasks { task.resume() }
        for thread in threads { thread.post() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.tasks.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func block() {
        let semaphore = Semaphore()
        let isOpen = state.withLock { state in
            if !state.isOpen { state.threads.append(semaphore) }
            return state.isOpen
        }
        if !isOpen { semaphore.wait() }
    }
}

/// A POSIX semaphore, for threads only.
private final class Semaphore: Sendable {
    // Protected by the semaphore's own atomicity; the memory is freed when nobody refers to it any more.
    nonisolated(unsafe) private let raw: UnsafeMutablePointer<sem_t>

    init() {
        raw = .allocate(capacity: 1)
        sem_init(raw, 0, 0)
    }

    deinit {
        sem_destroy(raw)
        raw.deallocate()
    }

    func post() { sem_post(raw) }
    func wait() { while sem_wait(raw) != 0 && errno == EINTR {} }
}

/// A number that threads and tasks share.
final class Counter: Sendable {
    private let number = Atomic<Int>(0)
    var value: Int { number.load(ordering: .sequentiallyConsistent) }

    @discardableResult
    func add(_ amount: Int = 1) -> Int {
        number.wrappingAdd(amount, ordering: .sequentiallyConsistent).newValue
    }
}
