internal import JobCore

/// Builds JSON values from YAML documents, with bounded depth, size and work.
///
/// Aliases are expanded, and what they expand to counts, so that a small file cannot become a huge job.
struct YAMLComposer: ~Copyable {
    /// What a file may hold when its aliases are expanded.
    enum Limits {
        static let depth = 64
        static let nodes = 100_000
        static let bytes = 16 << 20
    }

    /// A value with what it takes up.
    private struct Node {
        var value: JSONValue
        var nodes = 1
        var bytes = 0
        var depth = 0

        /// Counts a part of this value.
        mutating func add(_ part: Node) {
            nodes += part.nodes
            bytes += part.bytes
            depth = max(depth, part.depth + 1)
        }
    }

    private let events: YAMLEvents
    private let recordsLines: Bool
    private var lines: [String: Int] = [:]
    private var anchors: [String: Node] = [:]
    private var nodes = 0
    private var bytes = 0

    private init(_ text: UnsafeBufferPointer<UInt8>, recordsLines: Bool) throws(DocumentFault) {
        events = try YAMLEvents(text)
        self.recordsLines = recordsLines
    }

    /// Reads all documents of a text; empty ones are passed over.
    ///
    /// - Parameter recordsLines: whether to note the line of each field; costs time, so only for errors.
    /// - Throws: ``DocumentFault``.
    static func documents(in text: [UInt8], recordsLines: Bool) throws(DocumentFault) -> [LocatedDocument] {
        let result: Result<[LocatedDocument], DocumentFault> = text.withUnsafeBufferPointer { buffer in
            do throws(DocumentFault) {
                var composer = try YAMLComposer(buffer, recordsLines: recordsLines)
                return .success(try composer.documents())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private mutating func documents() throws(DocumentFault) -> [LocatedDocument] {
        var documents: [LocatedDocument] = []
        while true {
            let event = try events.next()
            switch event.kind {
            case .streamEnd: return documents
            case .documentStart:
                anchors = [:]
                lines = [:]
                let first = try events.next()
                let node = try compose(first, path: "", depth: 0, asWritten: false)
                if node.value != .null {
                    documents.append(LocatedDocument(value: node.value, firstLine: first.line, lines: lines))
                }
            default: break
            }
        }
    }

    // MARK: Nodes

    private mutating func compose(
        _ event: YAMLEvents.Event, path: String, depth: Int, asWritten: Bool
    ) throws(DocumentFault) -> Node {
        if recordsLines, lines[path] == nil { lines[path] = event.line }
        let node: Node
        switch event.kind {
        case .alias(let name): return try expand(name, at: event.line, path: path, depth: depth)
        case .scalar(let text, let isPlain):
            try take(nodes: 1, bytes: text.utf8.count, path: path, line: event.line)
            node = Node(
                value: try scalar(text, isPlain: isPlain, event: event, path: path, asWritten: asWritten),
                bytes: text.utf8.count)
        case .sequenceStart:
            try enter(event, path: path, depth: depth, tag: "tag:yaml.org,2002:seq")
            node = try sequence(path: path, depth: depth, asWritten: asWritten)
        case .mappingStart:
            try enter(event, path: path, depth: depth, tag: "tag:yaml.org,2002:map")
            node = try mapping(path: path, depth: depth, asWritten: asWritten)
        default: throw DocumentFault(path: path, line: event.line, message: "a value must stand here")
        }
        if let anchor = event.anchor { anchors[anchor] = node }
        return node
    }

    private func scalar(
        _ text: String, isPlain: Bool, event: YAMLEvents.Event, path: String, asWritten: Bool
    ) throws(DocumentFault) -> JSONValue {
        if event.tag == "tag:yaml.org,2002:str" { return .string(text) }
        if let tag = event.tag { throw unknownTag(tag, path: path, line: event.line) }
        guard isPlain else { return .string(text) }
        guard let value = YAMLScalar.resolve(text) else {
            throw DocumentFault(
                path: path, line: event.line, message: "is no finite number; quote it if it is meant as text")
        }
        // `VERSION: 1.10` in a map of texts must not become 1.1.
        return asWritten && value != .null ? .string(text) : value
    }

    private mutating func sequence(path: String, depth: Int, asWritten: Bool) throws(DocumentFault) -> Node {
        var items: [JSONValue] = []
        var whole = Node(value: .null)
        while true {
            let event = try events.next()
            if case .sequenceEnd = event.kind { break }
            let itemPath = recordsLines || depth < 4 ? "\(path)[\(items.count)]" : path
            let item = try compose(event, path: itemPath, depth: depth + 1, asWritten: asWritten)
            items.append(item.value)
            whole.add(item)
        }
        whole.value = .array(items)
        return whole
    }

    private mutating func mapping(path: String, depth: Int, asWritten: Bool) throws(DocumentFault) -> Node {
        var fields = YAMLFields()
        var whole = Node(value: .null)
        while true {
            let event = try events.next()
            if case .mappingEnd = event.kind { break }
            let key = try self.key(event, path: path, depth: depth)
            let isMerge = key.isMerge
            let valuePath = isMerge ? path : Self.join(path, key.name)
            if !isMerge, let earlier = fields.line(of: key.name) {
                throw DocumentFault(
                    path: valuePath, line: event.line, message: "stands twice; it stands in line \(earlier) already")
            }
            if recordsLines, !isMerge { lines[valuePath] = event.line }
            let value = try compose(
                try events.next(), path: valuePath, depth: depth + 1,
                asWritten: asWritten || Self.holdsTexts(key.name, in: path))
            whole.add(value)
            if !isMerge {
                fields.add(key.name, value.value, line: event.line)
            } else if !fields.merge(value.value) {
                throw DocumentFault(
                    path: path, line: event.line, message: "<< must be followed by an object or a list of objects")
            }
        }
        whole.value = .object(fields.object)
        return whole
    }

    private mutating func key(
        _ event: YAMLEvents.Event, path: String, depth: Int
    ) throws(DocumentFault) -> (name: String, isMerge: Bool) {
        let isPlain: Bool
        switch event.kind {
        case .scalar(_, let plain): isPlain = plain
        case .alias: isPlain = false
        default: throw DocumentFault(path: path, line: event.line, message: "a field's name must be a text")
        }
        let node = try compose(event, path: path, depth: depth + 1, asWritten: false)
        guard case .string(let name) = node.value else {
            throw DocumentFault(
                path: path, line: event.line, message: "a field's name must be a text; quote \(node.value.text)")
        }
        return (name, isPlain && name == "<<")
    }

    // MARK: Bounds

    private mutating func enter(
        _ event: YAMLEvents.Event, path: String, depth: Int, tag: String
    ) throws(DocumentFault) {
        if let given = event.tag, given != tag { throw unknownTag(given, path: path, line: event.line) }
        if depth >= Limits.depth { throw tooDeep(path, event.line) }
        try take(nodes: 1, bytes: 0, path: path, line: event.line)
    }

    private mutating func expand(
        _ name: String, at line: Int, path: String, depth: Int
    ) throws(DocumentFault) -> Node {
        guard let node = anchors[name] else {
            throw DocumentFault(path: path, line: line, message: "there is no anchor &\(name) before this alias")
        }
        if depth + node.depth > Limits.depth { throw tooDeep(path, line) }
        try take(nodes: node.nodes, bytes: node.bytes, path: path, line: line)
        return node
    }

    private mutating func take(nodes: Int, bytes: Int, path: String, line: Int) throws(DocumentFault) {
        self.nodes += nodes
        self.bytes += bytes
        if self.nodes > Limits.nodes || self.bytes > Limits.bytes {
            let limit = "\(Limits.nodes) values or \(Limits.bytes >> 20) MiB"
            throw DocumentFault(
                path: path, line: line, message: "the file is too large: with its aliases it has more than \(limit)")
        }
    }

    private func tooDeep(_ path: String, _ line: Int) -> DocumentFault {
        DocumentFault(line: line, message: "the file nests deeper than \(Limits.depth) levels")
    }

    private func unknownTag(_ tag: String, path: String, line: Int) -> DocumentFault {
        let shown = tag.hasPrefix("tag:yaml.org,2002:") ? "!!\(tag.dropFirst(18))" : String(tag.prefix(80))
        return DocumentFault(path: path, line: line, message: "has the tag \(shown); job files have no tags but !!str")
    }

    private static func join(_ path: String, _ key: String) -> String {
        path.isEmpty ? key : "\(path).\(key)"
    }

    /// Whether all scalars in a field of this name are texts, to be taken as they are written.
    private static func holdsTexts(_ key: String, in path: String) -> Bool {
        let isTextual =
            ["argv", "environment", "parameters", "tags", "metadata", "headers", "entrypoint"].contains(key)
            || (key == "command" && path.hasSuffix(".container"))
        return isTextual && !path.contains(".json") && !path.contains(".input")
    }
}
