internal import ArgumentParser

/// The command line: parsing, composition and output of what the modules do.
struct Jobctl: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "jobctl",
        abstract: "Run durable jobs of many steps.",
        discussion: """
            A job is a list of steps: HTTP requests, commands, scripts. Jobs are kept in a store and survive crashes; \
            workers run them, and a job goes on at its first unfinished step.

            EXAMPLES:
              jobctl run hello.yaml              submit a job, work it here, show it live
              jobctl submit report.yaml          only store it, and print its id
              jobctl serve --no-auth             the HTTP API on this machine, with workers
              jobctl worker --queues default     work on stored jobs until told to stop
              jobctl list --status failed        what went wrong
              jobctl logs -f ID                  what a job prints, as it prints it
              jobctl wait ID && deploy           go on when it has succeeded
              jobctl fleet apply fleet.yaml      EC2 instances that appear for work and vanish after it

            EXIT CODES:
              0   done
              1   a job did not succeed, or a change was refused
              64  wrong usage
              65  bad job file
              66  no such job
              69  the store is unavailable
              74  input/output error
              75  the time to wait is over, or the machine is taken away
              77  not permitted
              130 interrupted
            """,
        version: "jobctl \(version)",
        subcommands: [
            RunCommand.self, SubmitCommand.self, ListCommand.self, ShowCommand.self, LogsCommand.self,
            WaitCommand.self, CancelCommand.self, RetryCommand.self, DeleteCommand.self, WorkerCommand.self,
            QueueCommand.self, WorkersCommand.self, PruneCommand.self, ServeCommand.self, FleetCommand.self,
            TokenCommand.self, DoctorCommand.self, CompletionsCommand.self,
        ])
}

/// The process.
@main
enum Main {
    static func main() async {
        ProcessEnvironment.openStandardDescriptors()
        ProcessEnvironment.prepareSignals()
        let status = await run()
        if let reason = await Console.shared.failure {
            await Console.shared.note("jobctl: cannot write to standard output: \(reason)")
            ProcessEnvironment.exit(status == .done ? .inputOutput : status)
        }
        ProcessEnvironment.exit(status)
    }

    private static func run() async -> ExitStatus {
        do {
            var command = try Jobctl.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return .done
        } catch {
            guard let failure = CommandFailure(error) else {
                // Help, versions and usage errors; the parser knows where they go and what they end with.
                Jobctl.exit(withError: error)
            }
            for line in failure.lines { await Console.shared.note(line) }
            return failure.status
        }
    }
}
