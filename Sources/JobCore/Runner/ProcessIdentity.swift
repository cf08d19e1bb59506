#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What names this process among others, for worker names.
enum ProcessIdentity {
    /// The machine's host name, cut to a sensible length.
    static var hostName: String { String(ProcessInfo.processInfo.hostName.prefix(64)) }
    /// The process id.
    static var processID: Int32 { ProcessInfo.processInfo.processIdentifier }
}
