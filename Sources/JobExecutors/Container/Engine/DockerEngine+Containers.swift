internal import JobCore
internal import JobTransport

/// How a container ended.
struct ContainerEnd: Hashable, Sendable {
    /// The exit code of its first process, 0 to 255; 128 and the number of a signal that ended it.
    let exitCode: Int
    /// Whether the kernel killed a process of it because its memory limit was reached.
    var isOutOfMemory: Bool
    /// The image that it ran, `sha256:…`.
    let imageID: String?
    /// What the engine says of a failed end; empty for nothing.
    let message: String
}

extension DockerEngine {
    /// Creates a container and returns its id, and what the engine warns of.
    func create(_ settings: ContainerSettings, name: String) async throws -> (id: String, warnings: [String]) {
        let operation = "creating the container"
        let json = try await json(
            .post, "/containers/create", query: ["name": name], body: settings.json, patience: .slow(Self.startLimit),
            to: operation)
        guard let id = json["Id"]?.stringValue, !id.isEmpty else {
            throw EngineError(.malformed, operation, "the engine sent no identity")
        }
        var warnings: [String] = []
        if case .array(let items) = json["Warnings"] { warnings = items.compactMap(\.stringValue) }
        return (id, warnings)
    }

    /// Attaches to the output of a container that was not started yet; the engine keeps nothing back after that.
    func attach(_ id: String) async throws -> HTTPBody {
        try await send(
            .post, path(id, "attach"), query: ["stream": "1", "stdout": "1", "stderr": "1"], patience: .stream,
            to: "attaching to the container"
        ).body
    }

    /// Starts a container.
    func start(_ id: String) async throws {
        _ = try await send(
            .post, path(id, "start"), patience: .slow(Self.startLimit), to: "starting the container")
    }

    /// Suspends until a container has ended.
    func wait(_ id: String) async throws {
        _ = try await json(.post, path(id, "wait"), patience: .wait, to: "waiting for the container")
    }

    /// How a container that has ended did so.
    func end(of id: String) async throws -> ContainerEnd {
        let json = try await json(.get, path(id, "json"), to: "inspecting the container")
        guard let state = json["State"], let code = state["ExitCode"]?.integerValue else {
            throw EngineError(.malformed, "inspecting the container", "the engine sent no exit code")
        }
        return ContainerEnd(
            exitCode: Int(clamping: code), isOutOfMemory: state["OOMKilled"]?.boolValue ?? false,
            imageID: json["Image"]?.stringValue, message: EngineText.oneLine(state["Error"]?.stringValue ?? ""))
    }

    /// Whether the engine noticed between two times that a container's memory was exhausted.
    ///
    /// It learns of this on another way than of the container's end, so the news may come after that, and its state
    /// then never says so. Suspends until `end` when there is no such news.
    func noticedMemoryExhaustion(of id: String, from start: Timestamp, to end: Timestamp) async throws -> Bool {
        let operation = "asking the engine for its events"
        let filter: JSONValue = ["container": [.string(id)], "event": ["oom"]]
        let response = try await send(
            .get, "/events",
            query: [
                "since": "\(start.microseconds / 1_000_000)", "until": "\(end.microseconds / 1_000_000 + 1)",
                "filters": filter.text,
            ], patience: .slow(end - start), to: operation)
        do {
            for try await _ in response.body { return true }
        } catch let error as TransportError {
            throw await self.error(error, operation)
        }
        return false
    }

    /// Asks a container to end, and kills it when it has not done so after the grace; returns when it has ended.
    ///
    /// - Parameter grace: rounded up to whole seconds.
    func stop(_ id: String, grace: Duration) async throws {
        let seconds = grace.components.seconds + (grace.components.attoseconds > 0 ? 1 : 0)
        _ = try await send(
            .post, path(id, "stop"), query: ["t": "\(max(0, seconds))"], patience: .slow(grace),
            to: "stopping the container")
    }

    /// Removes a container with its volumes, also while it runs; nothing happens when there is none.
    func remove(_ id: String) async throws {
        do {
            _ = try await send(
                .delete, path(id), query: ["force": "1", "v": "1"], patience: .slow(.seconds(30)),
                to: "removing the container")
        } catch let error as EngineError where error.status == 404 {
            // It is gone, which is what was wanted.
        }
    }

    /// The ids of all containers with these labels, whatever their state.
    func containers(labelled labels: [String: String]) async throws -> [String] {
        let filter = JSONValue.object([
            "label": .array(labels.sorted { $0.key < $1.key }.map { .string("\($0.key)=\($0.value)") })
        ])
        let json = try await json(
            .get, "/containers/json", query: ["all": "1", "filters": filter.text], to: "listing containers")
        guard case .array(let items) = json else {
            throw EngineError(.malformed, "listing containers", "the engine sent no list")
        }
        return items.compactMap { $0["Id"]?.stringValue }
    }

    // Creating and starting write to a disk that other containers may keep busy.
    private static let startLimit = Duration.seconds(180)

    private func path(_ id: String, _ action: String? = nil) -> String {
        "/containers/\(EngineText.encoded(id))" + (action.map { "/\($0)" } ?? "")
    }
}
