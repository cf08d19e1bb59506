internal import ArgumentParser
internal import JobCore
internal import JobHTTP

/// `jobctl token`: makes, lists and revokes the tokens of a server.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Make, list and revoke the tokens that a server asks for.",
        subcommands: [TokenCreateCommand.self, TokenListCommand.self, TokenRevokeCommand.self])
}

/// `jobctl token create`.
struct TokenCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a token and print it; it is shown only this once.",
        discussion: """
            EXAMPLES:
              jobctl token create --name ci --scopes read,submit --expires 90d
              jobctl token create --name builder --scopes work --queues builds
            """)

    @Option(help: ArgumentHelp("What it is for, for people.", valueName: "text"))
    var name: String

    @Option(help: ArgumentHelp("What it may do: read, submit, work, admin.", valueName: "scopes"))
    var scopes: String

    @Option(help: ArgumentHelp("The named queues that it may touch; default all.", valueName: "names"))
    var queues: String = ""

    @Option(
        help: ArgumentHelp("How long it is valid; default 30d.", valueName: "duration"),
        transform: ArgumentReading.duration)
    var expires: Duration = .seconds(30 * 86_400)

    @Flag(help: "Valid until it is revoked.")
    var neverExpires = false

    @Option(help: ArgumentHelp("The only worker name that it may use.", valueName: "name"))
    var worker: String?

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let known = AccessScope.allCases.map(\.rawValue).joined(separator: ", ")
        var granted: Set<AccessScope> = []
        for word in ArgumentReading.names(scopes) {
            guard let scope = AccessScope(rawValue: word) else {
                throw CommandFailure(.usage, "'\(word)' is no scope; there are \(known)")
            }
            granted.insert(scope)
        }
        guard !granted.isEmpty else { throw CommandFailure(.usage, "--scopes needs at least one of \(known)") }
        let text = TokenText()
        let now = TimeSource.system.now
        let token = AccessToken(
            id: text.id, name: name, hash: text.hash, scopes: granted, queues: Set(try ArgumentReading.queues(queues)),
            createdAt: now, expiresAt: neverExpires ? nil : now + expires, worker: worker)
        try await store.location().withStore(.creating) { try await $0.insert(token) }
        if output.json {
            var json = token.listing(at: now)
            json["token"] = .string(text.secretText)
            await Console.shared.print(json: .object(json))
        } else {
            await Console.shared.print(text.secretText)
        }
    }
}

/// `jobctl token list`.
struct TokenListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the tokens, without secrets.")

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let tokens = try await store.location().withStore(.existing) { try await $0.tokens() }
        let now = TimeSource.system.now
        if output.json {
            await Console.shared.print(json: ["tokens": .array(tokens.map { .object($0.listing(at: now)) })])
            return
        }
        var rows = [["ID", "NAME", "STATUS", "SCOPES", "QUEUES", "EXPIRES"]]
        for token in tokens {
            rows.append([
                token.id, token.name, token.status(at: now),
                token.scopes.map(\.rawValue).sorted().joined(separator: ","),
                token.queues.isEmpty ? "all" : token.queues.sorted().joined(separator: ","),
                token.expiresAt?.description ?? "never",
            ])
        }
        await Console.shared.print(lines: TextTable(rows: rows, style: .standardOutput).lines)
    }
}

/// `jobctl token revoke`.
struct TokenRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Revoke a token; servers refuse it within two seconds.")

    @Argument(help: ArgumentHelp("The token's id, as token list shows it.", valueName: "id"))
    var id: String

    @OptionGroup var store: StoreOptions

    func run() async throws {
        let isKnown = try await store.location().withStore(.existing) {
            try await $0.revoke(id, at: TimeSource.system.now)
        }
        guard isKnown else { throw CommandFailure(.unsuccessful, "there is no token \(id.debugDescription)") }
        await Console.shared.print("revoked \(id)")
    }
}

extension AccessToken {
    /// What may be shown of it.
    fileprivate func listing(at now: Timestamp) -> JSONObject {
        [
            "id": .string(id), "name": .string(name), "status": .string(status(at: now)),
            "scopes": .array(scopes.map(\.rawValue).sorted().map(JSONValue.string)),
            "queues": .array(queues.sorted().map(JSONValue.string)),
            "createdAt": .string(createdAt.description),
            "expiresAt": expiresAt.map { .string($0.description) } ?? .null,
            "revokedAt": revokedAt.map { .string($0.description) } ?? .null,
            "worker": worker.map(JSONValue.string) ?? .null,
        ]
    }

    fileprivate func status(at now: Timestamp) -> String {
        revokedAt != nil ? "revoked" : isValid(at: now) ? "valid" : "expired"
    }
}
