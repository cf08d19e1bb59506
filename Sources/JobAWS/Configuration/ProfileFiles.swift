/// The shared files `~/.aws/config` and `~/.aws/credentials`, as profiles.
struct ProfileFiles: Sendable {
    private let config: ConfigFile
    private let credentials: ConfigFile

    /// Reads the files that the environment names, or those in the home folder.
    ///
    /// - Throws: ``AWSConfigurationError`` when one cannot be read.
    init(_ environment: AWSEnvironment) throws {
        func read(_ variable: String, _ name: String) throws -> ConfigFile {
            let home = environment["HOME"]
            let path = environment[variable].map { Self.expanded($0, home: home) } ?? home.map { "\($0)/.aws/\(name)" }
            let bytes = try path.flatMap { try environment.readFile($0) }
            return ConfigFile(String(decoding: bytes ?? [], as: UTF8.self))
        }
        config = try read("AWS_CONFIG_FILE", "config")
        credentials = try read("AWS_SHARED_CREDENTIALS_FILE", "credentials")
    }

    private static func expanded(_ path: String, home: String?) -> String {
        guard path.hasPrefix("~/"), let home else { return path }
        return home + path.dropFirst()
    }

    /// The settings of a profile; those in the credentials file win; nil when neither file has it.
    subscript(_ profile: String) -> [String: String]? {
        let settings =
            config.sections[profile == "default" ? "default" : "profile \(profile)"]
            ?? (profile == "default" ? config.sections["profile default"] : nil)
        let keys = credentials.sections[profile]
        guard settings != nil || keys != nil else { return nil }
        return (settings ?? [:]).merging(keys ?? [:]) { _, key in key }
    }
}
