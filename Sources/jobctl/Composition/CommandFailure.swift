internal import JobAWS
internal import JobCore

/// Why a command ends without success: the exit code, and what to tell on standard error.
struct CommandFailure: Error {
    /// The exit code.
    let status: ExitStatus
    /// Whole lines for standard error; none where the output says it all.
    let lines: [String]

    /// Makes a failure with one line.
    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        lines = ["jobctl: \(message)"]
    }

    /// Makes a failure with whole lines; by default one about which everything has been said.
    init(_ status: ExitStatus, lines: [String] = []) {
        self.status = status
        self.lines = lines
    }

    /// What an error of any module means for the command; nil for those that only the argument parser understands.
    init?(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let refused as FileRefused:
            self.init(.badJobFile, lines: refused.lines)
        case let invalid as InvalidJob: self.init(.badJobFile, lines: invalid.issues.map { "jobctl: \($0)" })
        case let error as QueueError:
            self.init(Self.status(of: error.code), "\(error)")
        case let invalid as InvalidFleet: self.init(.badJobFile, lines: invalid.issues.map { "jobctl: \($0)" })
        case let error as AWSError:
            self.init(error.category == .permission ? .notPermitted : .unavailable, "\(error)")
        case let error as CredentialTrouble: self.init(.notPermitted, "\(error)")
        case let taken as InstallationTaken: self.init(.unsuccessful, "\(taken)")
        case let conflict as RecordConflict: self.init(.unsuccessful, "\(conflict); try again")
        case let refused as EnrolmentRefused: self.init(.notPermitted, "\(refused)")
        case let refused as TransitionRefused: self.init(.unsuccessful, "\(refused)")
        case is CancellationError: self.init(.interrupted)
        default: return nil
        }
    }

    private static func status(of code: QueueError.Code) -> ExitStatus {
        switch code {
        case .notPermitted, .readOnly: .notPermitted
        case .full: .inputOutput
        case .invalidRequest: .usage
        default: .unavailable
        }
    }
}
