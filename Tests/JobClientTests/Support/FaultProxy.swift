import Dispatch
import Glibc
import JobTesting
import Synchronization
import Testing

/// A network that is not to be trusted: it stands between a client and a server, loses answers, cuts them short, cuts
/// requests short, or is away.
final class FaultProxy: Sendable {
    /// What happens to some bytes.
    enum Fault: CaseIterable {
        /// They and the connection are lost.
        case lose
        /// Half of them arrive, then the connection is lost.
        case cut
    }

    private struct State {
        var random: SeededRandom
        var target: Int
        var answerFaults = 0.0
        var requestFaults = 0.0
        var answersToLose = 0
        var isAway = false
        var isClosed = false
        var open: Set<Int32> = []
        var faults = 0
    }

    let port: Int
    private let listener: Int32
    private let state: Mutex<State>

    var url: String { "http://127.0.0.1:\(port)" }

    /// How many connections were broken by a fault.
    var faults: Int { state.withLock { $0.faults } }

    private init(to target: Int, seed: UInt64) throws {
        state = Mutex(State(random: SeededRandom(seed: seed), target: target))
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = Self.loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, size) == 0 && listen(listener, 64) == 0
                    && getsockname(listener, address, &size) == 0
            }
        }
        try #require(status)
        port = Int(UInt16(bigEndian: address.sin_port))
        DispatchQueue(label: "proxy").async { [self] in accept() }
    }

    /// Calls `body` with a proxy before a port of this machine.
    static func with<Value>(
        to target: Int, seed: UInt64 = 1, _ body: (FaultProxy) async throws -> Value
    ) async throws -> Value {
        let proxy = try FaultProxy(to: target, seed: seed)
        defer { proxy.close() }
        return try await body(proxy)
    }

    /// Sets how many of the pieces that come are lost or cut, 0 to 1.
    func breakSome(answers: Double, requests: Double = 0) {
        state.withLock { state in
            state.answerFaults = answers
            state.requestFaults = requests
        }
    }

    /// Leads new connections to another port.
    func lead(to port: Int) { state.withLock { $0.target = port } }

    /// Loses the next answers, with their connections.
    func loseAnswers(_ count: Int) { state.withLock { $0.answersToLose = count } }

    /// Goes away with all connections, or comes back.
    func setAway(_ isAway: Bool) {
        let open = state.withLock { state in
            state.isAway = isAway
            return isAway ? state.open : []
        }
        for socket in open { shutdown(socket, Int32(SHUT_RDWR)) }
    }

    private func close() {
        let open = state.withLock { state in
            state.isClosed = true
            return state.open
        }
        shutdown(listener, Int32(SHUT_RDWR))
        for socket in open { shutdown(socket, Int32(SHUT_RDWR)) }
    }

    // MARK: Connections

    private static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            if client < 0 || state.withLock({ $0.isClosed }) {
                if client >= 0 { Glibc.close(client) }
                break
            }
            guard !state.withLock({ $0.isAway }), let server = connect() else {
                Glibc.close(client)
                continue
            }
            state.withLock { $0.open.formUnion([client, server]) }
            let pair = Pair(client: client, server: server)
            DispatchQueue(label: "requests").async { [self] in pump(pair, from: client, to: server, isAnswer: false) }
            DispatchQueue(label: "answers").async { [self] in pump(pair, from: server, to: client, isAnswer: true) }
        }
        Glibc.close(listener)
    }

    private func connect() -> Int32? {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.loopback(state.withLock { $0.target })
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if status == 0 { return server }
        Glibc.close(server)
        return nil
    }

    /// Both ends of a connection, closed when both directions have ended.
    private final class Pair: Sendable {
        let client: Int32
        let server: Int32
        private let ended = Mutex(0)

        init(client: Int32, server: Int32) {
            self.client = client
            self.server = server
        }

        func cut() {
            shutdown(client, Int32(SHUT_RDWR))
            shutdown(server, Int32(SHUT_RDWR))
        }

        /// Notes the end of one direction; true for the second one.
        func end() -> Bool {
            ended.withLock { ended in
                ended += 1
                return ended == 2
            }
        }
    }

    private func pump(_ pair: Pair, from source: Int32, to sink: Int32, isAnswer: Bool) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(source, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            let fault = fault(isAnswer: isAnswer)
            let wanted = fault == nil ? count : fault == .cut ? count / 2 : 0
            var sent = 0
            while sent < wanted {
                let more = buffer[sent..<wanted].withUnsafeBytes {
                    send(sink, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard more > 0 else { break }
                sent += more
            }
            if fault != nil || sent < wanted { break }
        }
        pair.cut()
        guard pair.end() else { return }
        state.withLock { $0.open.subtract([pair.client, pair.server]) }
        Glibc.close(pair.client)
        Glibc.close(pair.server)
    }

    private func fault(isAnswer: Bool) -> Fault? {
        state.withLock { state in
            if isAnswer, state.answersToLose > 0 {
                state.answersToLose -= 1
                state.faults += 1
                return .lose
            }
            let chance = isAnswer ? state.answerFaults : state.requestFaults
            guard chance > 0, Double.random(in: 0..<1, using: &state.random) < chance else { return nil }
            state.faults += 1
            return Fault.allCases.randomElement(using: &state.random)
        }
    }
}
