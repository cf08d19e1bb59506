internal import Foundation

/// Where settings of AWS are read from: variables and files.
public struct AWSEnvironment: Sendable {
    /// The variables.
    public var variables: [String: String]
    /// Reads a file; nil when there is none.
    ///
    /// Throws when it cannot be read or is too large.
    public var readFile: @Sendable (_ path: String) throws -> [UInt8]?

    /// Makes an environment, for tests with variables and files of their own.
    public init(
        variables: [String: String], readFile: @escaping @Sendable (_ path: String) throws -> [UInt8]? = { _ in nil }
    ) {
        self.variables = variables
        self.readFile = readFile
    }

    /// The variables of this process and the files of this machine.
    public static var process: AWSEnvironment {
        AWSEnvironment(variables: ProcessInfo.processInfo.environment, readFile: Self.file)
    }

    /// These variables and the files of this machine.
    public static func files(variables: [String: String]) -> AWSEnvironment {
        AWSEnvironment(variables: variables, readFile: Self.file)
    }

    /// A variable; nil also when it is empty.
    public subscript(_ name: String) -> String? {
        variables[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A variable that is `true`, `1`, `yes` or `on`.
    func flag(_ name: String) -> Bool {
        self[name].map { ["true", "1", "yes", "on"].contains($0.lowercased()) } ?? false
    }

    /// A small file as text, without white space at its ends.
    func text(of path: String) throws -> String? {
        guard let bytes = try readFile(path) else { return nil }
        return String(decoding: bytes, as: UTF8.self).trimmingSpace
    }

    private static let mostBytes = 1 << 20

    private static func file(_ path: String) throws -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        // A handle, because what is named need not be a regular file: /dev/null stands for no settings at all.
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw AWSConfigurationError("the file \(path) cannot be read; check its permissions")
        }
        defer { try? handle.close() }
        var bytes: [UInt8] = []
        do {
            while bytes.count <= mostBytes, let piece = try handle.read(upToCount: 65_536), !piece.isEmpty {
                bytes += piece
            }
        } catch {
            throw AWSConfigurationError("the file \(path) cannot be read: \(error.localizedDescription)")
        }
        guard bytes.count <= mostBytes else {
            throw AWSConfigurationError("the file \(path) has more than \(mostBytes) bytes")
        }
        return bytes
    }
}

extension String {
    /// Without white space at the ends.
    var trimmingSpace: String {
        let isSpace = { (character: Character) in character == " " || character == "\t" || character.isNewline }
        return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
