import FoundationEssentials
import Glibc

/// What `/proc` says of processes.
enum ProcessTable {
    /// Whether a process runs; a zombie does not.
    static func isRunning(_ pid: Int) -> Bool {
        guard let state = state(of: pid) else { return false }
        return state != "Z" && state != "X"
    }

    /// Whether a process exists in any state.
    static func exists(_ pid: Int) -> Bool { state(of: pid) != nil }

    private static func state(of pid: Int) -> String? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return nil }
        // The name, which is in brackets, may hold anything.
        return String(decoding: data, as: UTF8.self).split(separator: ")").last?.split(separator: " ").first.map(
            String.init)
    }

    /// Waits until a process has ended, which its killer does not wait for when it is no child of its own.
    static func waitForEnd(of pid: Int) async {
        while isRunning(pid) { await Task.yield() }
    }

    /// Whether this program has children in any state.
    static var hasChildren: Bool {
        var info = siginfo_t()
        return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD
    }

    /// The descriptors of this program that are ends of pipes or stand for processes.
    static var ownEnds: [String: String] {
        var result: [String: String] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [] {
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
            guard let target, target.hasPrefix("pipe:") || target.contains("pidfd") else { continue }
            result[name] = target
        }
        return result
    }

    /// The resident memory of this program in bytes.
    static var residentBytes: Int {
        let data = FileManager.default.contents(atPath: "/proc/self/statm") ?? Data()
        let pages = String(decoding: data, as: UTF8.self).split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return (pages ?? 0) * Int(getpagesize())
    }
}
