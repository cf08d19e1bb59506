internal import JobClient
internal import JobCore
internal import JobHTTP
internal import JobTransport
internal import Logging

/// Makes this machine a worker of a server.
struct Enroller {
    let url: String
    let access: ServerAccess
    let logger: Logger
    var time = TimeSource.system

    /// How long the server may take to know of the machine, and to be reached.
    static let patience = Duration.seconds(600)

    /// Asks until the server has decided.
    ///
    /// The secret is made here, so that an answer that is lost locks nobody out.
    ///
    /// - Parameters:
    ///   - instance: what this machine is called.
    ///   - tokenFile: the file with the enrolment token.
    /// - Returns: what was granted, and how the server is reached from now on.
    /// - Throws: ``CommandFailure``; `QueueError`; `CancellationError`.
    func enrol(instance: String, tokenFile: String) async throws -> (grant: EnrolmentGrant, access: ServerAccess) {
        var first = access
        first.token = try Self.token(in: tokenFile)
        let secret = TokenText()
        let (time, logger) = (time, logger)
        let enrolment = try await first.withClient(url) { client in
            let start = time.uptime
            var pause = Duration.seconds(1)
            while true {
                do {
                    return try await client.enrol(instance: instance, secretHash: secret.hash)
                } catch let error as QueueError where error.code == .unavailable {
                    guard time.uptime - start < Self.patience else { throw error }
                    logger.info("Not admitted yet", metadata: ["error": "\(error)"])
                }
                try await time.sleep(for: pause)
                pause = min(pause * 2, .seconds(10))
            }
        }
        guard let token = secret.named(enrolment.tokenID) else {
            throw CommandFailure(.unavailable, "the server's answer to the enrolment cannot be used")
        }
        var own = access
        own.token = token.secretText
        return (enrolment.grant, own)
    }

    private static func token(in path: String) throws(CommandFailure) -> String {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try InputFile.read(path, limit: 1_024) } catch {
            throw CommandFailure(.inputOutput, "cannot read the enrolment file \(path): \(error.reason)")
        }
        let text = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
        guard let token = TokenText(text) else {
            throw CommandFailure(.usage, "the enrolment file \(path) holds no token")
        }
        return token.secretText
    }
}
