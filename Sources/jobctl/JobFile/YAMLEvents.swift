internal import CYaml

/// libyaml's event parser over a text: the one place that touches its C structures.
///
/// Yams builds its trees by recursion without a bound, and hashes whole trees when they are keys, so a hostile file
/// could exhaust the stack or the processor before anybody can look. Its C parser, which works in steps, is used
/// directly instead; ``YAMLComposer`` puts the bounds.
///
/// Source: https://pyyaml.org/wiki/LibYAML
struct YAMLEvents: ~Copyable {
    /// One step of the text.
    struct Event {
        enum Kind {
            case documentStart
            case documentEnd
            case streamEnd
            case alias(String)
            case scalar(String, isPlain: Bool)
            case sequenceStart
            case sequenceEnd
            case mappingStart
            case mappingEnd
            /// The start of the stream.
            case other
        }

        let kind: Kind
        /// From 1.
        let line: Int
        var anchor: String?
        var tag: String?
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>

    /// Starts on a text, which must stay where it is as long as this value lives.
    ///
    /// - Throws: ``DocumentFault`` when memory runs out.
    init(_ text: UnsafeBufferPointer<UInt8>) throws(DocumentFault) {
        parser = .allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            throw DocumentFault(message: "there is not enough memory to read the file")
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, text.baseAddress, text.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// The next step.
    ///
    /// - Throws: ``DocumentFault`` for what is no YAML.
    func next() throws(DocumentFault) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw fault() }
        defer { yaml_event_delete(&event) }
        let line = Int(event.start_mark.line) + 1
        switch event.type {
        case YAML_DOCUMENT_START_EVENT: return Event(kind: .documentStart, line: line)
        case YAML_DOCUMENT_END_EVENT: return Event(kind: .documentEnd, line: line)
        case YAML_STREAM_END_EVENT: return Event(kind: .streamEnd, line: line)
        case YAML_ALIAS_EVENT:
            return Event(kind: .alias(Self.text(event.data.alias.anchor) ?? ""), line: line)
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
            return Event(
                kind: .scalar(String(decoding: bytes, as: UTF8.self), isPlain: isPlain), line: line,
                anchor: Self.text(scalar.anchor), tag: Self.text(scalar.tag))
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return Event(
                kind: .sequenceStart, line: line, anchor: Self.text(start.anchor), tag: Self.text(start.tag))
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return Event(
                kind: .mappingStart, line: line, anchor: Self.text(start.anchor), tag: Self.text(start.tag))
        case YAML_SEQUENCE_END_EVENT: return Event(kind: .sequenceEnd, line: line)
        case YAML_MAPPING_END_EVENT: return Event(kind: .mappingEnd, line: line)
        default: return Event(kind: .other, line: line)
        }
    }

    private func fault() -> DocumentFault {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "it cannot be read"
        let context = parser.pointee.context.map { " \(String(cString: $0))" } ?? ""
        let isReader = parser.pointee.error == YAML_READER_ERROR
        let line = Int(isReader ? parser.pointee.mark.line : parser.pointee.problem_mark.line) + 1
        return DocumentFault(line: line, message: "this is no YAML: \(problem)\(context)")
    }

    private static func text(_ bytes: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        bytes.map { String(cString: $0) }
    }
}
