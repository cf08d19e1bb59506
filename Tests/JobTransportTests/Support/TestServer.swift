import Glibc
import Synchronization

/// A small HTTP/1.1 server with a thread per connection, whose handler has the socket to itself.
final class TestServer: Sendable {
    typealias Handler = @Sendable (ServerRequest, ServerConnection) throws -> Void

    enum Place {
        case ipv4, ipv6
        case unix(String)
    }

    let port: Int
    let connections = Counter()
    let requests = Counter()
    /// Opens when a client takes nothing for half a second.
    let heldBack = Gate()
    private let listener: Int32
    private let isIPv6: Bool
    private let open = Mutex<Set<Int32>>([])

    /// Listens and serves until ``stop()``; the handler runs on the connection's thread.
    init(
        _ place: Place = .ipv4, welcome: @escaping @Sendable (ServerConnection) throws -> Void = { _ in },
        handler: @escaping Handler
    ) throws {
        listener = try Self.listen(place)
        port = Self.port(of: listener)
        if case .ipv6 = place { isIPv6 = true } else { isIPv6 = false }
        let listener = listener
        startThread { [weak self] in
            while true {
                let socket = accept(listener, nil, nil)
                guard socket >= 0 else { return }
                self?.serve(socket, welcome, handler)
            }
        }
    }

    deinit { stop() }

    var url: String { isIPv6 ? "http://[::1]:\(port)" : "http://127.0.0.1:\(port)" }

    /// Stops listening and cuts every connection.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        open.withLock { for socket in $0 { shutdown(socket, Int32(SHUT_RDWR)) } }
    }

    private func serve(
        _ socket: Int32, _ welcome: @escaping @Sendable (ServerConnection) throws -> Void, _ handler: @escaping Handler
    ) {
        connections.add()
        _ = open.withLock { $0.insert(socket) }
        startThread { [self] in
            let connection = ServerConnection(socket: socket, heldBack: heldBack)
            try? welcome(connection)
            while let request = connection.readHead() {
                requests.add()
                do { try handler(request, connection) } catch { break }
                if connection.isDone { break }
            }
            _ = open.withLock { $0.remove(socket) }
            shutdown(socket, Int32(SHUT_RDWR))
            close(socket)
        }
    }

    private static func listen(_ place: Place) throws -> Int32 {
        var result: Int32
        let descriptor: Int32
        let stream = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        switch place {
        case .ipv4:
            descriptor = socket(AF_INET, stream, 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            result = bindAddress(descriptor, &address)
        case .ipv6:
            descriptor = socket(AF_INET6, stream, 0)
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_addr = in6addr_loopback
            result = bindAddress(descriptor, &address)
        case .unix(let path):
            descriptor = socket(AF_UNIX, stream, 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            result = bindAddress(descriptor, &address)
        }
        if result == 0 { result = Glibc.listen(descriptor, 2048) }
        guard result == 0 else { throw ServerError(text: "cannot listen: \(errno)") }
        return descriptor
    }

    private static func bindAddress<Address>(_ descriptor: Int32, _ address: inout Address) -> Int32 {
        withUnsafeBytes(of: &address) { bytes in
            bind(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count))
        }
    }

    private static func port(of descriptor: Int32) -> Int {
        var address = sockaddr_in6()
        var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
        return withUnsafeMutableBytes(of: &address) { bytes in
            _ = getsockname(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, &size)
            // The port is at the same place for both families.
            return Int(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
        }
    }
}

struct ServerError: Error { let text: String }

/// Starts a detached thread with a small stack.
func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    let box = Unmanaged.passRetained(Box(body)).toOpaque()
    let error = withUnsafeTemporaryAllocation(of: pthread_attr_t.self, capacity: 1) { attributes in
        guard let attributes = attributes.baseAddress else { return ENOMEM }
        pthread_attr_init(attributes)
        defer { pthread_attr_destroy(attributes) }
        pthread_attr_setstacksize(attributes, 256 * 1024)
        pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED))
        var thread: pthread_t = 0
        return pthread_create(
            &thread, attributes,
            { argument in
                if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, box)
    }
    precondition(error == 0, "no thread: \(error)")
}

/// Lets the process have as many descriptors as the system allows; tests hold both ends of each connection.
func raiseDescriptorLimit() {
    // struct rlimit as two words, because its members are not visible through the Glibc module.
    withUnsafeTemporaryAllocation(of: UInt.self, capacity: 2) { words in
        words.withMemoryRebound(to: rlimit.self) { limits in
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
            guard let address = limits.baseAddress, getrlimit(resource, address) == 0 else { return }
            limits.withMemoryRebound(to: UInt.self) { $0[0] = $0[1] }
            setrlimit(resource, address)
        }
    }
}

/// Removes a file, if it is there.
func removeFile(_ path: String) { unlink(path) }

/// Sets or removes a variable of this process.
func setEnvironment(_ name: String, _ value: String?) {
    if let value { setenv(name, value, 1) } else { unsetenv(name) }
}

extension TestServer {
    /// A server that speaks first, and never HTTP properly.
    convenience init(greeting: String) throws {
        try self.init(
            .ipv4, welcome: { try $0.write(greeting) }, handler: { _, connection in connection.isDone = true })
    }
}
