#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension QueueModel {
    /// The seeds to run: `JOBKIT_MODEL_SEED` names one, `JOBKIT_MODEL_SEEDS` how many; else so many from 1 on.
    ///
    /// - Parameter count: how many seeds a quick run takes.
    public static func seeds(_ count: Int) -> [UInt64] {
        if let seed = number("JOBKIT_MODEL_SEED") { return [seed] }
        return Array(1...(number("JOBKIT_MODEL_SEEDS") ?? UInt64(count)))
    }

    private static func number(_ name: String) -> UInt64? {
        getenv(name).flatMap { UInt64(String(cString: $0)) }
    }
}
