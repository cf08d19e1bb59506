internal import ArgumentParser
internal import JobCore

/// `jobctl submit`: stores jobs.
struct SubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Store the jobs of a file and print their ids.",
        discussion: """
            Many documents in one file, a list, or {"jobs": [...]} are one batch: all are stored or none. A job whose \
            unique key is held already is not stored; the id printed is then that of the job which holds it.

            EXAMPLES:
              jobctl submit job.yaml
              jobctl submit job.yaml --queue nightly --tag team=data --not-before 2026-12-01T02:00:00Z
              generate-jobs | jobctl submit -
            """)

    @Argument(help: "A job file in YAML or JSON; - reads standard input.", completion: .file())
    var file: String

    @OptionGroup var overrides: JobOverrides
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "Wait until the jobs have finished; then the exit code tells how.")
    var wait = false

    func run() async throws {
        let location = try store.location()
        let file = try JobFile(path: file)
        let new = try overrides.applied(to: file.jobs).map { NewJob($0) }
        if location == .memory {
            await Console.shared.note("jobctl: the memory: store ends with this process; nobody will work on the jobs")
        }
        try await location.withStore(.creating) { store in
            let jobs = try await store.enqueue(new)
            for (job, wanted) in zip(jobs, new) where job.id != wanted.id {
                await Console.shared.note(
                    "jobctl: the unique key of \(wanted.spec.name) is held by job \(job.id); nothing was stored for it")
            }
            if !output.json { await Console.shared.print(lines: jobs.map(\.id.description)) }
            if wait {
                try await JobWaiting(store: store, ids: jobs.map(\.id)).run(json: output.json, asBatch: file.isBatch)
            } else if output.json {
                await Console.shared.print(jobs: jobs, asBatch: file.isBatch, at: TimeSource.system.now)
            }
        }
    }
}
