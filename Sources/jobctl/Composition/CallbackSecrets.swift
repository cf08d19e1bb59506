internal import ArgumentParser
internal import JobCore
internal import JobExecutors

/// The keys that callbacks are signed with, where a worker has any.
struct CallbackOptions: ParsableArguments {
    @Option(
        name: .customLong("callback-secret-file"),
        help: ArgumentHelp(
            """
            A file with the secrets that callbacks are signed with, one whsec_... a line, the newest first; the worker \
            then sends callbacks too. Default: JOBCTL_CALLBACK_SECRETS, separated by spaces.
            """, valueName: "file"),
        completion: .file())
    var secretFile: String?

    /// The secrets of the option or the environment; none when neither is given.
    ///
    /// - Throws: ``CommandFailure`` when the file cannot be read or something in it is no secret.
    func secrets() throws(CommandFailure) -> [WebhookSecret] {
        if let secretFile {
            let secrets = try Self.parse(try Self.text(of: secretFile), of: secretFile)
            guard !secrets.isEmpty else {
                throw CommandFailure(.usage, "\(secretFile) holds no secret; write whsec_...")
            }
            return secrets
        }
        return try Self.parse(ProcessEnvironment["JOBCTL_CALLBACK_SECRETS"] ?? "", of: "JOBCTL_CALLBACK_SECRETS")
    }

    private static func text(of file: String) throws(CommandFailure) -> String {
        do throws(FileError) {
            return String(decoding: try InputFile.read(file, limit: 65_536), as: UTF8.self)
        } catch {
            throw CommandFailure(.inputOutput, "\(file) cannot be read: \(error.reason)")
        }
    }

    private static func parse(_ text: String, of source: String) throws(CommandFailure) -> [WebhookSecret] {
        var secrets: [WebhookSecret] = []
        for (index, word) in text.split(whereSeparator: \.isWhitespace).enumerated() {
            guard let secret = WebhookSecret(String(word)) else {
                throw CommandFailure(
                    .usage, "entry \(index + 1) of \(source) is no secret; write whsec_ and 24 to 64 bytes in base64")
            }
            secrets.append(secret)
        }
        return secrets
    }
}
