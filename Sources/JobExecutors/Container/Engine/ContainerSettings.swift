internal import JobCore

/// What a container is created with.
struct ContainerSettings: Sendable {
    /// The image, as the step names it.
    var image: String
    /// The command; nil for the image's own.
    var command: [String]?
    /// The entry point; nil for the image's own.
    var entrypoint: [String]?
    /// The environment beside the image's own.
    var environment: [String: String]
    /// The working directory; nil for the image's own.
    var directory: String?
    /// The user; nil for the image's own.
    var user: String?
    /// The marks by which the container is found again.
    var labels: [String: String]
    /// What of the host is shown inside; sources are real paths.
    var mounts: [ContainerAction.Mount]
    /// The memory limit.
    var memory: ByteCount?
    /// How many processors it may use.
    var cpus: Double?
    /// How many processes and threads it may have.
    var pidsLimit: Int?
    /// The network; nil for the engine's default.
    var network: String?
    /// Whether a small first process passes signals on and reaps orphans.
    var usesInit: Bool

    /// The body of the request that creates it.
    ///
    /// Source: https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerCreate
    var json: JSONValue {
        var body: JSONObject = [
            "Image": .string(image), "AttachStdin": false, "AttachStdout": true, "AttachStderr": true, "Tty": false,
            "OpenStdin": false,
            "Env": .array(environment.sorted { $0.key < $1.key }.map { .string("\($0.key)=\($0.value)") }),
            "Labels": .object(
                JSONObject(uniqueMembers: labels.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
            "HostConfig": .object(hostConfiguration),
        ]
        if let command { body["Cmd"] = .array(command.map(JSONValue.string)) }
        if let entrypoint { body["Entrypoint"] = .array(entrypoint.map(JSONValue.string)) }
        if let directory { body["WorkingDir"] = .string(directory) }
        if let user { body["User"] = .string(user) }
        return .object(body)
    }

    private var hostConfiguration: JSONObject {
        var host: JSONObject = [
            // Removed by us, because its state must still be there when we ask how it ended.
            "AutoRemove": false, "Privileged": false, "SecurityOpt": ["no-new-privileges"], "Init": .bool(usesInit),
            "RestartPolicy": ["Name": "no"],
            // The output is read as it comes; kept in a file as well it would fill the engine's disk.
            "LogConfig": ["Type": "none"],
        ]
        if !mounts.isEmpty {
            // Not Binds: those create a missing source as a directory of root.
            host["Mounts"] = .array(
                mounts.map {
                    [
                        "Type": "bind", "Source": .string($0.source), "Target": .string($0.target),
                        "ReadOnly": .bool($0.isReadOnly),
                    ]
                })
        }
        if let memory {
            host["Memory"] = .integer(memory.bytes)
            // Memory and swap together: so there is no swap, and the limit is one.
            host["MemorySwap"] = .integer(memory.bytes)
        }
        if let cpus { host["NanoCpus"] = .integer(Int64((min(max(cpus, 0), 1e6) * 1e9).rounded())) }
        if let pidsLimit { host["PidsLimit"] = .integer(Int64(pidsLimit)) }
        if let network { host["NetworkMode"] = .string(network) }
        return host
    }
}
