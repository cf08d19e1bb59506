internal import JobCore

/// The jobs that a command names, and the worst that happened to one of them; of each refusal it tells at once.
struct NamedJobs {
    /// Those whose ids can be read.
    private(set) var ids: [JobID] = []
    /// What the command is to end with; nil while all went well.
    private(set) var failure: ExitStatus?

    /// Reads ids; what is none names no job, and keeps no other from being worked on.
    init(_ texts: [String]) async {
        for text in texts {
            do throws(CommandFailure) { ids.append(try ArgumentReading.job(text)) } catch {
                for line in error.lines { await Console.shared.note(line) }
                failure = error.status
            }
        }
    }

    /// Tells that something was refused, such as `cancel`.
    mutating func refused(_ verb: String, _ id: JobID, _ refusal: TransitionRefused) async {
        if case .unknownJob = refusal {
            await Console.shared.note("jobctl: there is no job \(id) in this store")
            failure = .noSuchJob
        } else {
            await Console.shared.note("jobctl: cannot \(verb) \(id): \(refusal)")
            failure = failure ?? .unsuccessful
        }
    }
}
