/// What the process says at its end; `Docs/jobctl.md` lists them for people.
///
/// The numbers from 64 on are those of `sysexits.h`.
enum ExitStatus: Int32 {
    /// Done; where the command waits for jobs: they succeeded.
    case done = 0
    /// A job ended failed, poisoned or cancelled, or a change was refused.
    case unsuccessful = 1
    /// The command line is wrong.
    case usage = 64
    /// The job file is wrong.
    case badJobFile = 65
    /// There is no such job.
    case noSuchJob = 66
    /// The store or server cannot be used.
    case unavailable = 69
    /// Reading or writing failed.
    case inputOutput = 74
    /// The time to wait is over, or the machine is taken away; trying again may help.
    case timeout = 75
    /// The caller may not do this.
    case notPermitted = 77
    /// Somebody interrupted the command.
    case interrupted = 130
}
