extension StepAction {
    /// Reads the one field of a step that says what it does.
    static func read(_ step: inout FieldReader) -> StepAction? {
        var found: [(key: String, action: StepAction?)] = []
        for (key, read) in readers {
            guard let value = step.value(key) else { continue }
            let inner = FieldReader(value, path: step.path(of: key), issues: step.issues)
            found.append(
                (
                    key,
                    inner.flatMap { reader in
                        var reader = reader
                        let action = read(&reader)
                        reader.finish()
                        return action
                    }
                ))
        }
        if found.isEmpty { step.issues.add(step.path, "must have one of \(names)") }
        if found.count > 1 {
            step.fault(found[1].key, "stands beside \(found[0].key); a step has only one of \(names)")
            return nil
        }
        return found.first?.action
    }

    private typealias Read = @Sendable (inout FieldReader) -> StepAction?

    private static let readers: [(key: String, read: Read)] = [
        ("http", { HTTPAction.read(&$0) }), ("command", { CommandAction.read(&$0) }),
        ("script", { ScriptAction.read(&$0) }), ("container", { ContainerAction.read(&$0) }),
        ("handler", { HandlerAction.read(&$0) }),
    ]

    private static var names: String { readers.map(\.key).joined(separator: ", ") }
}

extension HTTPAction {
    fileprivate static func read(_ reader: inout FieldReader) -> StepAction? {
        let url = reader.required("url")
        var action = HTTPAction(method: reader.string("method") ?? "GET", url: url ?? "")
        action.headers = reader.textMap("headers")
        let text = reader.string("body")
        if let json = reader.value("json") {
            if text != nil { reader.fault("json", "stands beside body; a request has only one of them") }
            action.body = .json(json)
        } else if let text {
            action.body = .text(text)
        }
        return url == nil ? nil : .http(action)
    }
}

extension CommandAction {
    fileprivate static func read(_ reader: inout FieldReader) -> StepAction? {
        let argv = reader.textList("argv")
        let shell = reader.string("shell")
        let invocation: Invocation
        switch (argv, shell) {
        case (let argv?, nil): invocation = .argv(argv)
        case (nil, let shell?): invocation = .shell(shell)
        case (.some, .some):
            reader.fault("shell", "stands beside argv; a command has only one of them")
            return nil
        case (nil, nil):
            if reader.value("argv") == nil, reader.value("shell") == nil {
                reader.fault("argv", "is required, or shell instead")
            }
            // The remaining fields still count as known.
            invocation = .argv([])
        }
        let action = CommandAction(
            invocation, environment: reader.textMap("environment"), directory: reader.string("directory"),
            input: reader.string("input"))
        return .command(action)
    }
}

extension ScriptAction {
    fileprivate static func read(_ reader: inout FieldReader) -> StepAction? {
        let directory = reader.required("directory")
        let parameters = reader.texts("parameters").map { Parameter(key: $0.key, value: $0.value) }
        return directory.map { .script(ScriptAction(directory: $0, parameters: parameters)) }
    }
}

extension ContainerAction {
    fileprivate static func read(_ reader: inout FieldReader) -> StepAction? {
        let image = reader.required("image")
        var action = ContainerAction(image: image ?? "")
        action.command = reader.textList("command")
        action.entrypoint = reader.textList("entrypoint")
        action.environment = reader.textMap("environment")
        action.directory = reader.string("directory")
        action.user = reader.string("user")
        action.memory = reader.bytes("memory")
        action.cpus = reader.number("cpus")
        action.network = reader.string("network")
        action.pull = reader.choice("pull") ?? .missing
        for (path, value) in reader.list("mounts") {
            guard var mount = FieldReader(value, path: path, issues: reader.issues) else { continue }
            let source = mount.required("source")
            let target = mount.required("target")
            let isReadOnly = mount.bool("readOnly") ?? false
            mount.finish()
            if let source, let target {
                action.mounts.append(Mount(source: source, target: target, isReadOnly: isReadOnly))
            }
        }
        return image == nil ? nil : .container(action)
    }
}

extension HandlerAction {
    fileprivate static func read(_ reader: inout FieldReader) -> StepAction? {
        let name = reader.required("name")
        let input = reader.value("input") ?? .null
        return name.map { .handler(HandlerAction(name: $0, input: input)) }
    }
}
