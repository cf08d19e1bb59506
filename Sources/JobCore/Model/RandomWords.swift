internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Words of the operating system's generator, fetched many at a time: a call into the system for each id would cost as
/// much as storing a tenth of its job.
///
/// For identities, not for secrets: what was fetched lies in memory until it is used.
final class RandomWords: RandomNumberGenerator, Sendable {
    static let shared = RandomWords()

    private struct State {
        var words = [UInt64](repeating: 0, count: RandomWords.fetched)
        var next = RandomWords.fetched
    }

    /// 256 bytes, the most that the system gives at once.
    ///
    /// Source: https://man7.org/linux/man-pages/man3/getentropy.3.html
    private static let fetched = 32

    private let state = Mutex(State())

    func next() -> UInt64 {
        state.withLock { state in
            if state.next == Self.fetched { Self.fill(&state) }
            defer { state.next += 1 }
            return state.words[state.next]
        }
    }

    private static func fill(_ state: inout State) {
        state.next = 0
        if state.words.withUnsafeMutableBytes({
            $0.baseAddress.map { start in getentropy(start, RandomWords.fetched * 8) } ?? -1
        }) == 0 {
            return
        }
        // Where that call is not allowed, Swift knows other ways.
        var generator = SystemRandomNumberGenerator()
        for index in state.words.indices { state.words[index] = generator.next() }
    }
}
