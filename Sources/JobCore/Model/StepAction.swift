/// What a step does.
public enum StepAction: Hashable, Sendable {
    /// Sends an HTTP request.
    case http(HTTPAction)
    /// Runs a command.
    case command(CommandAction)
    /// Runs the executables of a script directory.
    case script(ScriptAction)
    /// Runs a container.
    case container(ContainerAction)
    /// Calls what the embedding program registered under a name.
    case handler(HandlerAction)

    /// The kind under which an executor is registered: `http`, `command`, `script`, `container`, or the handler's name.
    public var kind: String {
        switch self {
        case .http: BuiltInKind.http
        case .command: BuiltInKind.command
        case .script: BuiltInKind.script
        case .container: BuiltInKind.container
        case .handler(let action): action.name
        }
    }
}

/// The kinds that JobKit's own executors serve; a registered handler may not take their names.
public enum BuiltInKind {
    /// `http`.
    public static let http = "http"
    /// `command`.
    public static let command = "command"
    /// `script`.
    public static let script = "script"
    /// `container`.
    public static let container = "container"
    /// `callback`: tells a URL how another job ended; only a store makes such steps, as handlers of this name.
    public static let callback = "callback"

    /// All reserved names.
    public static let all: Set<String> = [http, command, script, container, callback]
}

/// One HTTP request.
public struct HTTPAction: Hashable, Sendable {
    /// What the request sends as its body.
    public enum Body: Hashable, Sendable {
        /// Text as it stands, without a content type of its own.
        case text(String)
        /// JSON, sent as `application/json`.
        case json(JSONValue)
    }

    /// The method, in capitals; any HTTP token.
    public var method: String
    /// An absolute `http` or `https` URL.
    public var url: String
    /// Header fields; names are unique without regard to case.
    public var headers: [String: String]
    /// The body, if any.
    public var body: Body?

    /// Makes a request; the method defaults to `GET`.
    public init(method: String = "GET", url: String, headers: [String: String] = [:], body: Body? = nil) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

/// One command, run without a shell unless it says so.
public struct CommandAction: Hashable, Sendable {
    /// The program to start.
    public enum Invocation: Hashable, Sendable {
        /// A program and its arguments, passed on untouched; never empty.
        case argv([String])
        /// A line for `/bin/sh -c`.
        case shell(String)
    }

    /// The program to start.
    public var invocation: Invocation
    /// Variables added to the child's environment.
    public var environment: [String: String]
    /// The working directory, relative to the executor's base; nil for the base itself.
    public var directory: String?
    /// Text for standard input; nil for none.
    public var input: String?

    /// Makes a command.
    public init(
        _ invocation: Invocation, environment: [String: String] = [:], directory: String? = nil, input: String? = nil
    ) {
        self.invocation = invocation
        self.environment = environment
        self.directory = directory
        self.input = input
    }
}

/// The executables of one directory, run in order with the same parameters.
public struct ScriptAction: Hashable, Sendable {
    /// One parameter: the scripts get `--key=value`.
    public struct Parameter: Hashable, Sendable {
        /// Letters, digits, `_` and `-`, starting with a letter or `_`.
        public var key: String
        /// Any text without NUL.
        public var value: String

        /// Makes a parameter.
        public init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    /// The directory, relative to the executor's base.
    public var directory: String
    /// The parameters in their written order; keys are unique.
    public var parameters: [Parameter]

    /// Makes a script step.
    public init(directory: String, parameters: [Parameter] = []) {
        self.directory = directory
        self.parameters = parameters
    }
}

/// One container.
public struct ContainerAction: Hashable, Sendable {
    /// When the image is fetched from its registry.
    public enum Pull: String, Hashable, Sendable, CaseIterable {
        /// Before each run.
        case always
        /// Only when the engine does not have it.
        case missing
        /// Never; a missing image fails the step.
        case never
    }

    /// A directory of the host shown inside the container.
    public struct Mount: Hashable, Sendable {
        /// The host's directory, absolute.
        public var source: String
        /// The path inside, absolute.
        public var target: String
        /// Whether the container may only read.
        public var isReadOnly: Bool

        /// Makes a mount.
        public init(source: String, target: String, isReadOnly: Bool = false) {
            self.source = source
            self.target = target
            self.isReadOnly = isReadOnly
        }
    }

    /// The image reference, with tag or digest.
    public var image: String
    /// The command; nil for the image's own.
    public var command: [String]?
    /// The entry point; nil for the image's own.
    public var entrypoint: [String]?
    /// The environment.
    public var environment: [String: String]
    /// The working directory inside; nil for the image's own.
    public var directory: String?
    /// The user inside, `name` or `uid:gid`; nil for the image's own.
    public var user: String?
    /// The directories shown inside.
    public var mounts: [Mount]
    /// The memory limit; nil for none.
    public var memory: ByteCount?
    /// How many processors it may use, above 0; nil for no limit.
    public var cpus: Double?
    /// The engine's network name; nil for its default.
    public var network: String?
    /// When the image is fetched.
    public var pull: Pull

    /// Makes a container step that runs an image as it is.
    public init(
        image: String, command: [String]? = nil, entrypoint: [String]? = nil, environment: [String: String] = [:],
        directory: String? = nil, user: String? = nil, mounts: [Mount] = [], memory: ByteCount? = nil,
        cpus: Double? = nil, network: String? = nil, pull: Pull = .missing
    ) {
        self.image = image
        self.command = command
        self.entrypoint = entrypoint
        self.environment = environment
        self.directory = directory
        self.user = user
        self.mounts = mounts
        self.memory = memory
        self.cpus = cpus
        self.network = network
        self.pull = pull
    }
}

/// A call of what the embedding program registered.
public struct HandlerAction: Hashable, Sendable {
    /// The registered name.
    public var name: String
    /// The input, decoded by the handler.
    public var input: JSONValue

    /// Makes a call.
    public init(name: String, input: JSONValue = .null) {
        self.name = name
        self.input = input
    }
}

extension HTTPAction {
    /// The fields that frame a message, belong to the connection, or name its destination, in lower case: the transport
    /// sets them, and no step may.
    ///
    /// `Host` is one of them because a policy that allows hosts by name would otherwise be evaded.
    /// Source: https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
    package static let transportHeaders: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "keep-alive", "proxy-connection", "te", "trailer",
        "upgrade", "expect", "http2-settings",
    ]
}
