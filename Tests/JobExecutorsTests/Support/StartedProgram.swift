import CProcess
import Glibc

/// A way to start processes.
enum StartWay: String, CaseIterable, Codable, Sendable {
    case best, clone, library

    fileprivate var code: cprocess_way {
        switch self {
        case .best: CPROCESS_BEST_WAY
        case .clone: CPROCESS_BY_CLONE
        case .library: CPROCESS_BY_LIBRARY
        }
    }
}

/// A program that was started by the C functions alone, to its end.
struct StartedProgram {
    /// Why it was not started; 0 when it was.
    var problem: CInt = 0
    /// What it printed.
    var output = ""
    var exitCode: CInt = -1
    var signal: CInt = 0

    /// Runs a program with its output in a pipe; blocks until it has ended.
    static func run(
        _ words: String..., way: StartWay, directory: String = "/", whenStarted: (pid_t) -> Void = { _ in }
    ) -> StartedProgram {
        var ends: [CInt] = [-1, -1]
        precondition(cprocess_pipe(&ends) == 0)
        defer { close(ends[0]) }
        let arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        let environment = [strdup("PATH=/usr/bin:/bin"), nil]
        defer { free(environment[0]) }

        var result = StartedProgram()
        var child = cprocess_child()
        result.problem = arguments.withUnsafeBufferPointer { arguments in
            environment.withUnsafeBufferPointer { environment in
                directory.withCString { directory in
                    var program = cprocess_program(
                        path: arguments[0], arguments: arguments.baseAddress, environment: environment.baseAddress,
                        directory: directory, input: -1, output: ends[1], error: -1)
                    return cprocess_start(&program, way.code, &child)
                }
            }
        }
        close(ends[1])
        guard result.problem == 0 else { return result }
        whenStarted(child.pid)
        result.output = readAll(ends[0])
        result.waitForEnd(of: child)
        return result
    }

    private mutating func waitForEnd(of child: cprocess_child) {
        var polled = pollfd(fd: child.exit, events: Int16(POLLIN), revents: 0)
        while poll(&polled, 1, -1) < 0 {}
        close(child.exit)
        precondition(cprocess_reap(child.pid, &exitCode, &signal) == 0)
    }

    private static func readAll(_ descriptor: CInt) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = read(descriptor, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }
}
