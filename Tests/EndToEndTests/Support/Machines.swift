import Foundation
import Testing

extension Trait where Self == ConditionTrait {
    /// Runs the tests where namespaces can be made, and in CI.
    static var machines: Self {
        .enabled(if: geteuid() == 0 || getenv("CI") != nil, "namespaces for machines need root")
    }
}

/// A port of the loopback interface that nobody listens on.
enum FreePort {
    /// Finds one; somebody else may take it in the next moment, which is as good as never.
    static func find() throws -> Int {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutableBytes(of: &address) { bytes -> Int32 in
            guard let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress else { return -1 }
            return bind(listener, pointer, size) == 0 ? getsockname(listener, pointer, &size) : -1
        }
        guard result == 0 else { throw Workspace.Failure(text: "no port: \(errno)") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
