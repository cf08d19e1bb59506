internal import JobCore

/// Texts of others, made fit for the log.
enum LogText {
    /// The arguments of a script step's scripts, for people: one line, secrets masked.
    static func commandLine(_ action: ScriptAction, stepName: String) -> String {
        let parameters = action.parameters.map { parameter in
            "--\(parameter.key)=\(SensitiveName.matches(parameter.key) ? "***" : escaped(parameter.value))"
        }
        return (["--name=\(escaped(stepName))"] + parameters).joined(separator: " ")
    }

    /// The text with control characters as `\u{…}`, so that it stays one line and cannot steer a terminal.
    static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar.properties.generalCategory == .control {
                result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }
}
