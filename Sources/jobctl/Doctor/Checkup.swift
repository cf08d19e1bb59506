internal import JobCore

/// One thing that `jobctl doctor` looked at.
struct Checkup {
    /// How it is.
    enum Verdict: String {
        /// As it should be.
        case ok
        /// Something optional is missing, or may become trouble.
        case warn
        /// Jobs cannot run like this.
        case fail
    }

    /// What was looked at, such as `store`.
    let name: String
    /// How it is.
    let verdict: Verdict
    /// What was found.
    let finding: String
    /// What to do about it; nil when nothing is to be done.
    var advice: String?

    /// The check as `--json` shows it.
    var json: JSONValue {
        [
            "name": .string(name), "status": .string(verdict.rawValue), "detail": .string(finding),
            "advice": advice.map(JSONValue.string) ?? .null,
        ]
    }
}
