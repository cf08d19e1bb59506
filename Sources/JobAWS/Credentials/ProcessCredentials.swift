public import JobCore

/// The credentials that a program prints: `credential_process` of a profile.
///
/// The program is started without a shell, gets this environment, and has a minute. What it prints is read as JSON,
/// at most 64 KiB; what it says on its error output is let go, since it may hold secrets.
///
/// Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
public struct ProcessCredentials: CredentialProvider {
    private let command: String
    private let source: String
    private let environment: AWSEnvironment
    private let time: TimeSource
    private static let limit = Duration.seconds(60)

    /// Makes a provider.
    ///
    /// - Parameters:
    ///   - command: the command line, with quotes where words hold spaces.
    ///   - profile: whose it is, for errors.
    ///   - environment: what the program gets.
    ///   - time: bounds its run.
    public init(
        _ command: String, profile: String = "default", environment: AWSEnvironment = .process,
        time: TimeSource = .system
    ) {
        self.command = command
        self.source = "credential_process of profile \(profile)"
        self.environment = environment
        self.time = time
    }

    /// Runs the program.
    public func credentials() async throws -> AWSCredentials {
        guard let words = CommandWords.split(command), !words.isEmpty else {
            throw CredentialTrouble(.unusable, source: source, detail: "the command is empty or a quote does not end")
        }
        let output = try await ProgramOutput.of(
            words, variables: environment.variables, limit: Self.limit, time: time)
        switch output {
        case .failed(let how): throw CredentialTrouble(.unusable, source: source, detail: how)
        case .printed(let bytes):
            let text = String(decoding: bytes, as: UTF8.self)
            guard let version = (try? JSONParser.parse(text.utf8))?["Version"]?.integerValue, version == 1 else {
                throw CredentialTrouble(
                    .unusable, source: source, detail: "what it prints is no JSON object with \"Version\": 1")
            }
            return try CredentialDocument.parse(text, source: source, tokenName: "SessionToken")
        }
    }
}
