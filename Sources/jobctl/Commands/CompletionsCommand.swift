internal import ArgumentParser

/// `jobctl completions`: prints what a shell needs to complete commands.
struct CompletionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print the completion script of a shell.",
        discussion: """
            EXAMPLES:
              jobctl completions bash > /etc/bash_completion.d/jobctl
              jobctl completions fish > ~/.config/fish/completions/jobctl.fish
            """)

    /// The shells for which there are scripts.
    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish
    }

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    func run() async throws {
        let script =
            switch shell {
            case .bash: Jobctl.completionScript(for: .bash)
            case .zsh: Jobctl.completionScript(for: .zsh)
            case .fish: Jobctl.completionScript(for: .fish)
            }
        await Console.shared.print(script)
    }
}
